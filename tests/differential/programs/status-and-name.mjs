// setStatus, updateName and the methods that read a span.

export default async ({ Laminar, observe }) => {
  const statuses = {
    unset: { code: 0 },
    ok: { code: 1 },
    "ok with message": { code: 1, message: "fine" },
    error: { code: 2 },
    "error with message": { code: 2, message: "broken" },
  };
  for (const [name, status] of Object.entries(statuses)) {
    Laminar.startSpan({ name: `status ${name}` })
      .setStatus(status)
      .end();
  }
  Laminar.startSpan({ name: "error, then ok" })
    .setStatus({ code: 2, message: "broken" })
    .setStatus({ code: 1 })
    .end();
  Laminar.startSpan({ name: "ok, then error" })
    .setStatus({ code: 1 })
    .setStatus({ code: 2, message: "broken" })
    .end();
  Laminar.startSpan({ name: "error, then unset" })
    .setStatus({ code: 2, message: "broken" })
    .setStatus({ code: 0 })
    .end();

  const span = Laminar.startSpan({ name: "old name" });
  Laminar.withSpan(span, () => observe({ name: "before renaming" }, () => 1));
  span.updateName("new name");
  Laminar.withSpan(span, () => observe({ name: "after renaming" }, () => 1));
  const context = span.spanContext();
  const recording = span.isRecording();
  span.end();
  return {
    traceIdLength: context.traceId.length,
    spanIdLength: context.spanId.length,
    traceFlags: context.traceFlags,
    recording,
    recordingAfterEnd: span.isRecording(),
  };
};
