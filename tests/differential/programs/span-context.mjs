// The context of a span as an object and as text, and the trace's id.

export const needs = [
  "Laminar.getTraceId",
  "Laminar.getLaminarSpanContext",
  "Laminar.serializeLaminarSpanContext",
];

export default async ({ Laminar, observe }) => {
  const found = {
    outside: {
      traceId: Laminar.getTraceId(),
      context: Laminar.getLaminarSpanContext(),
      text: Laminar.serializeLaminarSpanContext(),
    },
  };
  const look = (where, span) => {
    found[where] = {
      traceId: Laminar.getTraceId(),
      context: Laminar.getLaminarSpanContext(span),
      text: Laminar.serializeLaminarSpanContext(span),
    };
  };
  observe({ name: "plain" }, () => look("plain"));
  await observe(
    {
      name: "root",
      sessionId: "s",
      userId: "u",
      metadata: { a: 1, nested: { b: 2 }, list: ["x"] },
      tags: ["t"],
      spanType: "EVALUATION",
    },
    async () => {
      await null;
      look("root");
      observe({ name: "child", metadata: { c: 3 } }, () => look("child"));
    },
  );
  const span = Laminar.startSpan({ name: "started", userId: "u" });
  look("given span", span);
  Laminar.withSpan(span, () => look("in withSpan"));
  span.end();
  look("ended span", span);
  return found;
};
