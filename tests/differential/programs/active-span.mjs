// startActiveSpan: current until it ends.

export const needs = ["Laminar.startActiveSpan"];

export default async ({ Laminar, observe }) => {
  const root = Laminar.startActiveSpan({
    name: "root",
    input: "in",
    sessionId: "s",
    spanType: "TOOL",
  });
  observe({ name: "child" }, () => 1);
  const inner = Laminar.startActiveSpan({ name: "inner" });
  Laminar.startSpan({ name: "below inner" }).end();
  await null;
  observe({ name: "after await" }, () => 1);
  inner.end();
  observe({ name: "after inner" }, () => 1);
  root.end();
  observe({ name: "after root" }, () => 1);
};
