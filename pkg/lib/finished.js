// An ended span as a test wants to look at it: plain, and detached from the span.

import { hex } from "./ids.js";

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
    attributes: { ...span.attributes },
    events: (span.events ?? []).map(({ name, time, attributes }) => ({
      name,
      time,
      attributes: { ...attributes },
    })),
    status: { code: STATUS[span.statusCode], message: span.statusMessage },
  };
}

function pathOf(entry) {
  const names = [];
  for (; entry !== undefined; entry = entry.outer)
    if (entry.name !== undefined) names.unshift(entry.name);
  return names;
}
