// Whether a call is counted by a span already: then a second one would double its tokens and its cost.

import { activeSpan } from "../context/context.js";
import { shared } from "../host/shared.js";
import { SPAN_TYPE } from "../values/attributes.js";

/** @typedef {import("../span/span.js").Span} Span */

// The AI SDK's own spans around a call of a model, as its versions 5 and 6 name them.
const AI_STEP = /^ai\..*\.do(?:Generate|Stream|Embed|Rerank)$/;

/** Spans of calls. @type {WeakSet<object>} */
const ours = shared("llm spans", () => new WeakSet());

/** @param {Span} span */
export function noteCounted(span) {
  ours.add(span);
}

/** Whether what is active here is the span of an LLM call: one of ours, of the AI SDK, of `observe`. */
export function isCounted() {
  const span = activeSpan();
  if (!span?.recording) return false;
  return (
    ours.has(span) || span.get(SPAN_TYPE) === "LLM" || AI_STEP.test(span.name)
  );
}
