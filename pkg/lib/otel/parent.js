// Finds a span's parent in an OpenTelemetry Context.

import { activeSpan } from "../context/context.js";
import { areIds } from "../values/ids.js";
import { isForeignSpan, isSpan } from "../span/brand.js";
import { warnOnce } from "../host/warn.js";

/** @typedef {import("../../index.js").SpanOptions} SpanOptions */

// @opentelemetry/api registers the key under this name, so that its copies share it.
const SPAN_KEY = Symbol.for("OpenTelemetry Context Key SPAN");

/**
 * Returns the span in `context` as options of startFrom; undefined if there is none. Contexts are only active
 * if the program registered a manager, so a context without a span does not mean "root".
 * @param {import("../../index.js").TracerContext} [context]
 * @returns {SpanOptions | undefined}
 */
export function parentIn(context) {
  try {
    /** @type {any} */
    const span = context?.getValue(SPAN_KEY);
    if (isSpan(span) || isForeignSpan(span)) return { parent: span };
    const { traceId, spanId, isRemote } = span?.spanContext() ?? {};
    if (!areIds(traceId, spanId)) return undefined;
    return {
      parentSpanContext: {
        traceId: traceId.toLowerCase(),
        spanId: spanId.toLowerCase().padStart(32, "0"),
        isRemote: isRemote === true,
      },
    };
  } catch {
    warnOnce("context", "a context was left out: it could not be read");
    return undefined;
  }
}

/**
 * Returns `parent` as options of startFrom, unless the active span is below it and so is nearer.
 * @param {any} parent
 * @returns {SpanOptions | undefined}
 */
export function unlessBelow(parent) {
  if (isForeignSpan(parent)) return activeSpan() ? undefined : { parent };
  if (!isSpan(parent)) return undefined;
  let entry = activeSpan()?.path;
  while (entry !== undefined && entry !== parent.path) entry = entry.outer;
  return entry === undefined ? { parent } : undefined;
}
