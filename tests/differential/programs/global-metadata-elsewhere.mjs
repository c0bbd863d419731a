// Metadata of initialize, below a parent in another process.

export const needs = ["parentSpanContext"];

export const initialize = { metadata: { environment: "test", a: "global" } };

const parentSpanContext = {
  traceId: "0123abcd-0123-abcd-0123-0123456789ab",
  spanId: "00000000-0000-0000-0123-456789abcdef",
  isRemote: true,
  metadata: { a: "theirs" },
};

export default async ({ observe }) => {
  observe({ name: "server", parentSpanContext }, () =>
    observe({ name: "handler" }, () => 1),
  );
  observe({ name: "around", metadata: { b: 1, a: "around" } }, () =>
    observe({ name: "elsewhere", parentSpanContext }, () => 1),
  );
};
