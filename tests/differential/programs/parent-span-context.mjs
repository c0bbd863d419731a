// A trace that continues from a remote span context.

export const needs = ["parentSpanContext"];

const traceId = "0123abcd-0123-abcd-0123-0123456789ab";
const spanId = "00000000-0000-0000-0123-456789abcdef";
const outer = "00000000-0000-0000-aaaa-bbbbbbbbbbbb";

const full = {
  traceId,
  spanId,
  isRemote: true,
  spanPath: ["there", "caller"],
  spanIdsPath: [outer, spanId],
  userId: "u",
  sessionId: "s",
  metadata: { a: 1, nested: { b: 2 } },
  traceType: "EVALUATION",
};
const snake = {
  trace_id: traceId,
  span_id: spanId,
  is_remote: false,
  span_path: ["there", "caller"],
  span_ids_path: [outer, spanId],
  user_id: "u",
  session_id: "s",
  metadata: { a: 1 },
  trace_type: "DEFAULT",
};

const contexts = {
  full,
  snake,
  minimal: { traceId, spanId, isRemote: false },
  "path without ids": {
    traceId,
    spanId,
    isRemote: false,
    spanPath: ["caller"],
  },
  "ids without path": {
    traceId,
    spanId,
    isRemote: false,
    spanIdsPath: [spanId],
  },
};
const texts = {
  "full text": JSON.stringify(full),
  "snake text": JSON.stringify(snake),
  "nulls text": JSON.stringify({
    ...snake,
    span_path: null,
    span_ids_path: null,
    user_id: null,
    session_id: null,
    metadata: null,
    trace_type: null,
  }),
  garbage: "garbage",
  "empty text": "",
  "no JSON object": "[]",
  "bad ids": JSON.stringify({ ...full, traceId: "x" }),
  "hex ids": JSON.stringify({
    ...full,
    traceId: traceId.replaceAll("-", ""),
    spanId: spanId.replaceAll("-", ""),
  }),
  "upper case ids": JSON.stringify({ ...full, traceId: traceId.toUpperCase() }),
  traceparent: "00-0123abcd0123abcd01230123456789ab-0123456789abcdef-01",
};

export default async ({ Laminar, observe }) => {
  for (const [kind, parentSpanContext] of Object.entries({
    ...contexts,
    ...texts,
  })) {
    observe({ name: `observe ${kind}`, parentSpanContext }, () => {
      observe({ name: `below observe ${kind}` }, () => 1);
    });
    const span = Laminar.startSpan({
      name: `start ${kind}`,
      parentSpanContext,
    });
    Laminar.withSpan(span, () =>
      Laminar.startSpan({ name: `below start ${kind}` }).end(),
    );
    span.end();
  }
  observe(
    {
      name: "options over context",
      parentSpanContext: full,
      userId: "own",
      sessionId: "own",
      metadata: { a: "own" },
    },
    () => 1,
  );
  Laminar.startSpan({
    name: "start options over context",
    parentSpanContext: full,
    userId: "own",
    sessionId: "own",
    metadata: { a: "own" },
  }).end();
  observe(
    { name: "surroundings", userId: "around", metadata: { z: 1 } },
    () => {
      observe({ name: "elsewhere", parentSpanContext: full }, () => 1);
      Laminar.startSpan({
        name: "start elsewhere",
        parentSpanContext: contexts.minimal,
      }).end();
    },
  );
};
