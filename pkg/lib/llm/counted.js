// Whether a span counts a call already: a second one would double its tokens and its cost.

import { activeSpan } from "../context/context.js";
import { shared } from "../host/shared.js";
import { SPAN_TYPE } from "../values/attributes.js";

/** @typedef {import("../span/span.js").Span} Span */

// The AI SDK's own spans around a call of a model, as its versions 5 and 6 name them.
const AI_STEP = /^ai\..*\.do(?:Generate|Stream|Embed|Rerank)$/;
const OPERATIONS = /^(?:chat|text_completion|embeddings|generate_content)$/;

/** Spans of calls. @type {WeakSet<object>} */
const ours = shared("llm spans", () => new WeakSet());

/** @param {Span} span */
export function noteCounted(span) {
  ours.add(span);
}

/** Returns whether the active span is that of an LLM call: one of ours, of the AI SDK, or of `observe`. */
export function isCounted() {
  const span = activeSpan();
  if (!span?.recording) return false;
  if (ours.has(span)) return true;
  const type = span.get(SPAN_TYPE);
  // A tracer's span has no type; its attributes decide, as they do for the server.
  return type === undefined
    ? AI_STEP.test(span.name) ||
        OPERATIONS.test(String(span.get("gen_ai.operation.name")))
    : type === "LLM";
}
