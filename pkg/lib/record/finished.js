// An ended span as a plain object for tests, independent of the span.

import { SPAN_INPUT, SPAN_OUTPUT } from "../values/attributes.js";
import { hex } from "../values/ids.js";
import { toObject } from "./pairs.js";

/** @import { Path } from "../context/span-context.js" */
/** @import { Span } from "../span/span.js" */
/** @import { FinishedSpan } from "../../testing.js" */

const STATUS = /** @type {const} */ (["UNSET", "OK", "ERROR"]);

/** @type {(span: Span) => FinishedSpan} */
export function finished(span) {
  const { traceId, spanId } = span.spanContext();
  const parent = hex(span.parentHigh) + hex(span.parentLow);
  return {
    name: span.name,
    traceId,
    spanId,
    parentSpanId: /^0+$/.test(parent) ? undefined : parent,
    path: pathOf(span.path),
    startTime: span.startTime,
    endTime: span.endTime,
    attributes: attributesOf(span),
    events: (span.events ?? []).map(({ name, time, pairs }) => ({
      name,
      time,
      attributes: toObject(pairs),
    })),
    status: { code: STATUS[span.statusCode], message: span.statusMessage },
  };
}

/** @param {Span} span */
function attributesOf({ pairs, input, output }) {
  const attributes = toObject(pairs);
  if (input !== undefined) attributes[SPAN_INPUT] = input;
  if (output !== undefined) attributes[SPAN_OUTPUT] = output;
  return attributes;
}

/** @param {Path | undefined} entry */
function pathOf(entry) {
  /** @type {string[]} */
  const names = [];
  for (; entry !== undefined; entry = entry.outer) names.unshift(entry.name);
  return names;
}
