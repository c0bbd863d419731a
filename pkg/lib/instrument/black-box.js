// The black box publishes the beginning and the end of an event as they happen. A Tail Worker makes the span of
// an event that has begun and never ended, see ../tail/roots.js.

import { publish, VERSION } from "../host/channel.js";
import { toSpanContext } from "../context/span-context.js";
import { shownText } from "../record/redact.js";
import { boxes } from "./cpu-limit.js";

/** @typedef {import("../span/span.js").Span} Span */

// A larger message would use up the size limit of the later messages of this invocation.
const MAX_CHARACTERS = 16 << 10;

/** Publishes the beginning of this span now, and its end later. @param {Span} span */
export function openBlackBox(span) {
  if (!span.recording) return;
  const { traceId, spanId } = span.spanContext();
  const id = `${traceId}-${spanId}`;
  boxes.set(span, id);
  publish({ v: VERSION, type: "start", id, ...describe(span) });
  const { end } = span;
  span.end = (time) => {
    // The end is published before the span is recorded, so that a Tail Worker never makes a span that is also
    // exported.
    if (span.recording) publish({ v: VERSION, type: "end", id });
    end.call(span, time);
  };
}

/** @param {Span} span */
function describe(span) {
  const { kind, startTime: start, remoteParent: remote } = span;
  // Secrets are replaced before anything is cut, as in a span.
  const shown = (/** @type {string} */ text) =>
    shownText(text, span.destination);
  /** @type {Record<string, unknown>} */
  const attributes = {};
  // The context has what Laminar's own keys hold.
  for (let i = 0; i < span.pairs.length; i += 2)
    if (!span.pairs[i].startsWith("lmnr."))
      attributes[span.pairs[i]] = span.pairs[i + 1];
  const context = shownContext(span, shown);
  const small = { name: shown(span.name).slice(0, 256), kind, start, remote };
  const told = shown(JSON.stringify(attributes));
  return {
    ...small,
    ...(context.length < MAX_CHARACTERS && { context }),
    ...(told.length < MAX_CHARACTERS && { attributes: told }),
  };
}

/**
 * Returns the context as JSON, with everything but its ids redacted; "" if a pattern of the program leaves no
 * JSON. The Tail Worker then knows the ids alone.
 * @param {Span} span @param {(text: string) => string} shown
 */
function shownContext(span, shown) {
  const context = toSpanContext(span);
  const { userId, sessionId, metadata, spanPath } = Object(context);
  const told = { userId, sessionId, metadata, spanPath };
  try {
    const redacted = JSON.parse(shown(JSON.stringify(told)));
    return JSON.stringify({ ...context, ...redacted });
  } catch {
    return "";
  }
}
