// A trace as rows: the spans in tree order, with times in milliseconds from the
// start of the first. The nanoseconds exceed a Number, hence BigInt.

const ms = (nanos) => Number(nanos) / 1e6;

export function toRows(trace) {
  const known = new Set(trace.spans.map((span) => span.spanId));
  const children = new Map();
  for (const span of trace.spans) {
    const parent = known.has(span.parentSpanId) ? span.parentSpanId : null;
    children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const origin = trace.spans.reduce(
    (least, span) => (start(span) < least ? start(span) : least),
    start(trace.spans[0]),
  );
  const rows = [];
  const visit = (parent, depth) => {
    const list = (children.get(parent) ?? []).sort((a, b) =>
      start(a) < start(b) ? -1 : start(a) > start(b) ? 1 : 0,
    );
    for (const span of list) {
      rows.push({
        span,
        depth,
        type: typeOf(span),
        start: ms(start(span) - origin),
        duration: ms(BigInt(span.endTimeUnixNano) - start(span)),
      });
      visit(span.spanId, depth + 1);
    }
  };
  visit(null, 0);
  return { rows, originMs: ms(origin) };
}

export function errorOf(span) {
  const event = span.events.find((e) => e.name === "exception");
  if (event) return event.attributes["exception.message"] ?? "error";
  return span.status.code === 2 ? span.status.message || "error" : null;
}

export function tokensOf({ attributes }) {
  const input = attributes["gen_ai.usage.input_tokens"];
  const output = attributes["gen_ai.usage.output_tokens"];
  return input === undefined ? null : { input, output };
}

// The server computes a cost from a model's prices; shown here is what the provider said itself.
export const costOf = ({ attributes }) =>
  attributes["gen_ai.usage.cost"] ?? null;

export function firstTokenMs({ attributes }) {
  const seconds = attributes["gen_ai.response.time_to_first_token"];
  return seconds === undefined ? null : seconds * 1000;
}

// An LLM call keeps its messages as its provider has them; every other span has one input and output.
export function inputOf({ attributes }) {
  return attributes["gen_ai.input.messages"] ?? attributes["lmnr.span.input"];
}

export function outputOf({ attributes }) {
  return attributes["gen_ai.output.messages"] ?? attributes["lmnr.span.output"];
}

export const SHOWN_APART = [
  "gen_ai.input.messages",
  "gen_ai.output.messages",
  "lmnr.span.input",
  "lmnr.span.output",
];

function typeOf(span) {
  if (errorOf(span) !== null) return "error";
  return String(span.attributes["lmnr.span.type"] ?? "DEFAULT").toLowerCase();
}

const start = (span) => BigInt(span.startTimeUnixNano);
