// Spans as an outline, one line each, indented below their parents.

import assert from "node:assert/strict";

/** Returns the id of a span in the form that Laminar stores. */
export const uuid = (spanId) =>
  `00000000-0000-0000-${spanId.slice(0, 4)}-${spanId.slice(4)}`;

/**
 * Returns the outline, siblings in the order in which they began. Throws if a span's path, ids or trace do not
 * match its parents'.
 */
export function outline(spans) {
  const lines = [];
  const visit = (span, above) => {
    const chain = [...above, span];
    assert.deepEqual(
      span.attributes["lmnr.span.path"],
      chain.map(({ name }) => name),
    );
    assert.deepEqual(
      span.attributes["lmnr.span.ids_path"],
      chain.map(({ spanId }) => uuid(spanId)),
    );
    assert.equal(span.traceId, chain[0].traceId);
    lines.push("  ".repeat(above.length) + span.name);
    for (const child of below(span.spanId)) visit(child, chain);
  };
  const below = (spanId) =>
    spans
      .filter(({ parentSpanId }) => parentSpanId === spanId)
      .sort((a, b) => (a.start < b.start ? -1 : 1));
  for (const root of below("")) visit(root, []);
  assert.equal(lines.length, spans.length, "a span's parent is not there");
  return lines.join("\n");
}

/** Returns an outline from a test without the test's indentation. */
export function lines(text) {
  const kept = text.split("\n").filter((line) => line.trim() !== "");
  const margin = kept[0].search(/\S/);
  return kept.map((line) => line.slice(margin)).join("\n");
}
