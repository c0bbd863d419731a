// The span context of one span is the parent of another, as text and as an object.

export const needs = [
  "Laminar.serializeLaminarSpanContext",
  "Laminar.getLaminarSpanContext",
  "parentSpanContext",
];

export default async ({ Laminar, observe }) => {
  let text;
  let object;
  observe(
    { name: "caller", sessionId: "s", userId: "u", metadata: { a: 1 } },
    () =>
      observe({ name: "client" }, () => {
        text = Laminar.serializeLaminarSpanContext();
        object = Laminar.getLaminarSpanContext();
      }),
  );
  for (const [kind, parentSpanContext] of Object.entries({ text, object })) {
    observe({ name: `server by ${kind}`, parentSpanContext }, () =>
      observe({ name: `handler by ${kind}` }, () => 1),
    );
    Laminar.startSpan({ name: `worker by ${kind}`, parentSpanContext }).end();
  }
};
