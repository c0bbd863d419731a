// The ledger of the isolate: where every span that was recorded is now.

import { h } from "./dom.js";
import { sum } from "./format.js";

const PLACES = {
  buffered: "buffered",
  inFlight: "in flight",
  spilled: "spilled",
  exported: "exported",
  rejected: "rejected",
  dropped: "dropped",
};

export function ledgerView(stats) {
  const at = Object.keys(PLACES).map((key) => [
    key,
    key === "dropped" ? sum(stats.dropped) : stats[key],
  ]);
  const total = at.reduce((all, [, n]) => all + n, 0);
  const holds = total === stats.recorded;
  return [
    h(
      "div",
      { class: "flowbar", "aria-hidden": "true" },
      at.map(([key, n]) =>
        h("span", { "data-place": key, style: { "flex-grow": n } }),
      ),
    ),
    h(
      "div",
      { class: "equation" },
      term("recorded", "recorded", stats.recorded),
      sign("="),
      at.flatMap(([key, n], i) => [
        i ? sign("+") : null,
        term(
          key,
          PLACES[key],
          n,
          key === "dropped" ? stats.dropped : undefined,
        ),
      ]),
      h(
        "p",
        { class: "holds", "data-holds": holds },
        holds ? "holds" : `off by ${stats.recorded - total}`,
      ),
    ),
  ];
}

function term(key, label, count, reasons) {
  const why = Object.entries(reasons ?? {}).map(([name, n]) => `${n} ${name}`);
  return h(
    "p",
    {
      class: "term",
      "data-place": key,
      "data-zero": count === 0,
      title: why.join(", ") || undefined,
    },
    h("b", {}, String(count)),
    h("span", {}, label),
  );
}

const sign = (text) => h("span", { class: "sign" }, text);
