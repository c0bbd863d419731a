// An ended span as a test wants to look at it: plain, and detached from the span.

import { SPAN_INPUT, SPAN_OUTPUT } from "../values/attributes.js";
import { hex } from "../values/ids.js";
import { toObject } from "./pairs.js";

const STATUS = ["UNSET", "OK", "ERROR"];

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

function attributesOf({ pairs, input, output }) {
  const attributes = toObject(pairs);
  if (input !== undefined) attributes[SPAN_INPUT] = input;
  if (output !== undefined) attributes[SPAN_OUTPUT] = output;
  return attributes;
}

function pathOf(entry) {
  const names = [];
  for (; entry !== undefined; entry = entry.outer) names.unshift(entry.name);
  return names;
}
