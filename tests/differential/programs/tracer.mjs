// The OpenTelemetry tracer.

export const needs = ["getTracer"];

export default async ({ getTracer, observe }) => {
  const tracer = getTracer();
  const plain = tracer.startSpan("plain", { attributes: { a: 1, b: "x" } });
  plain.setAttribute("c", [1, 2]);
  plain.end();
  tracer.startActiveSpan("active", (span) => {
    observe({ name: "observed below" }, () => 1);
    tracer.startSpan("started below").end();
    span.end();
  });
  await tracer.startActiveSpan(
    "active with options",
    { attributes: { a: 1 }, kind: 2 },
    async (span) => {
      await null;
      tracer.startSpan("after await", { kind: 2 }).end();
      span.setStatus({ code: 2, message: "broken" });
      span.end();
    },
  );
  observe({ name: "observed", sessionId: "s" }, () => {
    tracer.startSpan("below observed").end();
    tracer.startSpan("root of its own", { root: true }).end();
  });
  const linked = tracer.startSpan("linked to");
  linked.end();
  const links = [
    { context: linked.spanContext(), attributes: { why: "test" } },
  ];
  tracer.startSpan("linking", { links }).end();
};
