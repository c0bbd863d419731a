// Shows the details of one span below its row.

import { block, conversation } from "./conversation.js";
import { h } from "./dom.js";
import { dollars, duration } from "./format.js";
import {
  SHOWN_APART,
  costOf,
  errorOf,
  firstTokenMs,
  inputOf,
  outputOf,
  tokensOf,
} from "./spans.js";

export function details({ span, start, duration: length }) {
  const error = errorOf(span);
  const tokens = tokensOf(span);
  const cost = costOf(span);
  const firstToken = firstTokenMs(span);
  const { attributes } = span;
  const facts = [
    ["type", attributes["lmnr.span.type"] ?? "DEFAULT"],
    ["starts at", duration(start)],
    ["takes", duration(length)],
    tokens && ["tokens", `${tokens.input} in, ${tokens.output} out`],
    cost !== null && ["cost", dollars(cost)],
    firstToken !== null && ["first token after", duration(firstToken)],
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
      side("Input", inputOf(span)),
      side("Output", outputOf(span)),
    ),
    everything(span),
  ];
}

function side(title, text) {
  return h(
    "section",
    {},
    h("h3", {}, title),
    text === undefined ? h("p", { class: "none" }, "none") : value(text),
  );
}

// Messages are shown as a conversation, other values as they are.
function value(text) {
  const parsed = parse(text);
  if (typeof parsed === "string") return block(parsed);
  return conversation(parsed) ?? block(JSON.stringify(parsed, null, 2));
}

function everything({ attributes, events }) {
  const rows = Object.entries(attributes)
    .filter(([key]) => !SHOWN_APART.includes(key))
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
