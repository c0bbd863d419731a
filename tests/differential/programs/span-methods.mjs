// The methods that Laminar adds to a span.

const METHODS = [
  "setTraceSessionId",
  "setTraceUserId",
  "setTraceMetadata",
  "setTags",
  "addTags",
];
export const needs = METHODS.map((method) => `span.${method}`);

export default async ({ Laminar }) => {
  const span = Laminar.startSpan({ name: "span", tags: ["a"] });
  span.setTraceSessionId("session");
  span.setTraceUserId("user");
  span.setTraceMetadata({ a: 1, b: { c: 2 } });
  span.addTags(["b", "a"]);
  span.end();
  const tagged = Laminar.startSpan({ name: "tagged", tags: ["a"] });
  tagged.setTags(["x", "x", "y"]);
  tagged.end();
};
