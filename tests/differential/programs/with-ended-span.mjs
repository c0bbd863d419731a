// Children of a span that has already ended.

export default async ({ Laminar, observe }) => {
  const ended = Laminar.startSpan({ name: "ended", sessionId: "s" });
  ended.end();
  Laminar.withSpan(ended, () => {
    observe({ name: "observed child" }, () => 1);
    Laminar.startSpan({ name: "started child" }).end();
  });
  const parent = Laminar.startSpan({ name: "live parent" });
  Laminar.withSpan(parent, () => {
    const middle = Laminar.startSpan({ name: "ended middle" });
    middle.end();
    Laminar.withSpan(middle, () =>
      observe({ name: "below the middle" }, () => 1),
    );
  });
  parent.end();
};
