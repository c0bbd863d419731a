// Values that are longer than Laminar stores.

// Only the official limit may cut the values.
export const initialize = {
  maxExportBatchSizeBytes: 64 << 20,
  maxQueueBytes: 128 << 20,
};

const LIMIT = 10_485_760;

export default async ({ Laminar, observe }) => {
  const span = Laminar.startSpan({ name: "cut", input: "a".repeat(LIMIT + 1) });
  span.setOutput("b".repeat(LIMIT));
  span.end();
  observe({ name: "observed", input: ["c".repeat(LIMIT)] }, () =>
    "d".repeat(LIMIT + 100),
  );
  const other = Laminar.startSpan({ name: "not cut" });
  other.setAttribute("long", "e".repeat(300_000));
  other.end();
};
