// What one span holds, opened under its row.

import { h } from "./dom.js";
import { duration } from "./format.js";
import { errorOf, tokensOf } from "./spans.js";

const IO = { Input: "lmnr.span.input", Output: "lmnr.span.output" };

export function details({ span, start, duration: length }) {
  const error = errorOf(span);
  const tokens = tokensOf(span);
  const { attributes } = span;
  const facts = [
    ["type", attributes["lmnr.span.type"] ?? "DEFAULT"],
    ["starts at", duration(start)],
    ["takes", duration(length)],
    tokens && ["tokens", `${tokens.input} in, ${tokens.output} out`],
    attributes["gen_ai.response.model"] && [
      "model",
      attributes["gen_ai.response.model"],
    ],
    ["span id", span.spanId],
  ].filter(Boolean);

  return [
    error !== null ? h("p", { class: "span-error" }, error) : null,
    h(
      "dl",
      { class: "facts" },
      facts.map(([k, v]) =>
        h("div", {}, h("dt", {}, k), h("dd", {}, String(v))),
      ),
    ),
    h(
      "div",
      { class: "io" },
      Object.entries(IO).map(([title, key]) => side(title, attributes[key])),
    ),
    everything(span),
  ];
}

function side(title, text) {
  return h(
    "section",
    {},
    h("h4", {}, title),
    text === undefined ? h("p", { class: "none" }, "none") : value(text),
  );
}

// A chat reads better as a chat; anything else as what it is.
function value(text) {
  const parsed = parse(text);
  if (Array.isArray(parsed) && parsed.every((m) => m?.role && m?.content))
    return h(
      "div",
      { class: "chat" },
      parsed.map(({ role, content }) =>
        h("div", {}, h("span", { class: "role" }, role), block(content)),
      ),
    );
  return block(
    typeof parsed === "string" ? parsed : JSON.stringify(parsed, null, 2),
  );
}

// A scrolling box has to be reachable by keyboard to be readable by keyboard.
const block = (text) => h("pre", { tabindex: "0" }, text);

function everything({ attributes, events }) {
  const rows = Object.entries(attributes)
    .filter(([key]) => !Object.values(IO).includes(key))
    .map(([key, v]) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, key),
        h("td", {}, JSON.stringify(v)),
      ),
    );
  for (const event of events)
    rows.push(
      h(
        "tr",
        {},
        h("th", { scope: "row" }, `event: ${event.name}`),
        h("td", {}, JSON.stringify(event.attributes)),
      ),
    );
  return h(
    "details",
    {},
    h("summary", {}, "All attributes and events"),
    h(
      "div",
      { class: "scroll", tabindex: "0" },
      h("table", {}, h("tbody", {}, rows)),
    ),
  );
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
