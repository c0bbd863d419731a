// The switches that make the delivery fail and work again.

import { h } from "./dom.js";

export function switchesView({ collector }, { change, flush, busy }) {
  const { up, keyIsRight, forwardsTo, url } = collector;
  return [
    toggle("Collector", up, ["up", "down"], () => change({ up: !up })),
    toggle("Key", keyIsRight, ["right", "wrong"], () =>
      change({ keyIsRight: !keyIsRight }),
    ),
    h("p", { class: "muted" }, hint(up, keyIsRight)),
    h(
      "button",
      { type: "button", id: "flush", onclick: flush, disabled: busy },
      "Flush now",
    ),
    h(
      "p",
      { class: "muted small" },
      `Spans go to ${url}`,
      forwardsTo ? ` and on to ${forwardsTo}` : "",
      ".",
    ),
  ];
}

function hint(up, keyIsRight) {
  if (!up)
    return "Ask again: the spans are kept. Bring the collector up and flush, and they arrive.";
  if (!keyIsRight)
    return "Ask again: the collector answers 401. Trying again would not help, so the spans are rejected, and counted.";
  return "Take the collector down or make the key wrong, and ask again.";
}

function toggle(label, on, [yes, no], onclick) {
  return h(
    "button",
    {
      type: "button",
      role: "switch",
      class: "switch",
      id: `switch-${label.toLowerCase()}`,
      "aria-checked": String(on),
      "aria-label": `${label}: ${on ? yes : no}`,
      onclick,
    },
    h("span", { class: "label" }, label),
    h("span", { class: "knob", "aria-hidden": "true" }),
    h("span", { class: "state" }, on ? yes : no),
  );
}
