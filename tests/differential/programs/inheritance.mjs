// The properties that children inherit from their parents.

export default async ({ Laminar, observe }) => {
  await observe(
    {
      name: "root",
      sessionId: "session",
      userId: "user",
      metadata: { a: 1, b: "root" },
      tags: ["root only"],
      spanType: "TOOL",
    },
    async () => {
      observe({ name: "plain child" }, () => 1);
      await observe(
        {
          name: "other child",
          userId: "other",
          metadata: { b: "child", c: 2 },
        },
        async () => {
          await null;
          observe({ name: "grandchild", sessionId: "deep" }, () => 1);
          Laminar.startSpan({ name: "started grandchild" }).end();
          Laminar.startSpan({
            name: "own grandchild",
            sessionId: "own",
            metadata: { b: "own" },
          }).end();
        },
      );
      observe({ name: "last child" }, () => 1);
    },
  );
  observe({ name: "evaluation", spanType: "EVALUATION" }, () => {
    observe({ name: "executor", spanType: "EXECUTOR" }, () => 1);
    observe({ name: "under evaluation" }, () => 1);
    observe(
      { name: "trace type under evaluation", traceType: "DEFAULT" },
      () => 1,
    );
    Laminar.startSpan({ name: "started under evaluation" }).end();
  });
  observe({ name: "default root" }, () => {
    observe({ name: "evaluation below", spanType: "EVALUATION" }, () =>
      observe({ name: "below that" }, () => 1),
    );
  });
  const span = Laminar.startSpan({
    name: "started root",
    sessionId: "session",
    userId: "user",
    metadata: { a: 1 },
    tags: ["root only"],
  });
  Laminar.withSpan(span, () => {
    observe({ name: "under started" }, () => 1);
    Laminar.startSpan({ name: "started under started" }).end();
  });
  span.end();
  observe({ name: "unrelated" }, () => 1);
};
