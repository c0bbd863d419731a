// Metadata given to initialize is on every span.

export const initialize = {
  metadata: {
    environment: "test",
    version: 3,
    nested: { a: 1 },
    list: ["x", "y"],
    overridden: "global",
  },
};

export default async ({ Laminar, observe }) => {
  observe({ name: "root" }, () => observe({ name: "child" }, () => 1));
  observe({ name: "own", metadata: { overridden: "own", more: 1 } }, () => {
    observe({ name: "below own" }, () => 1);
    Laminar.startSpan({ name: "started below own" }).end();
  });
  Laminar.startSpan({ name: "started" }).end();
  Laminar.startSpan({
    name: "started with own",
    metadata: { overridden: "own" },
  }).end();
};
