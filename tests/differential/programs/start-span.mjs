// Each option of startSpan.

export default async ({ Laminar }) => {
  const start = (name, options) =>
    Laminar.startSpan({ name, ...options }).end();

  start("plain");
  start("type LLM", { spanType: "LLM" });
  start("type EVALUATION", { spanType: "EVALUATION" });
  start("type EXECUTOR", { spanType: "EXECUTOR" });
  start("session", { sessionId: "s" });
  start("user", { userId: "u" });
  start("empty session and user", { sessionId: "", userId: "" });
  start("all", {
    sessionId: "s",
    userId: "u",
    tags: ["t"],
    metadata: { m: 1 },
    spanType: "TOOL",
    input: { q: "?" },
  });
  start("undefined options", {
    sessionId: undefined,
    userId: undefined,
    tags: undefined,
    metadata: undefined,
    spanType: undefined,
    input: undefined,
    startTime: undefined,
  });
  const root = Laminar.startSpan({ name: "not active" });
  start("sibling, not child");
  root.end();
};
