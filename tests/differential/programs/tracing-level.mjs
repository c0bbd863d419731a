// Tracing levels, in their synchronous part.

export const needs = ["withTracingLevel", "TracingLevel"];

export default async ({ Laminar, observe, withTracingLevel, TracingLevel }) => {
  const results = {};
  for (const level of Object.values(TracingLevel)) {
    results[level] = withTracingLevel(
      level,
      (a, b) => {
        observe({ name: `observed ${level}` }, (x) => x, "secret input");
        const span = Laminar.startSpan({
          name: `started ${level}`,
          input: "secret",
        });
        span.setOutput("secret output");
        span.end();
        return a + b;
      },
      1,
      2,
    );
  }
  observe({ name: "outside" }, () => 1);
  return results;
};
