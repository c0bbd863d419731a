// Spans with everything a span can have, recorded the same way in Node and in a Worker.

export function recordEveryKind(Laminar) {
  const parent = Laminar.startSpan({
    name: "parent é日🙂",
    spanType: "LLM",
    input: [{ role: "user", content: "why?" }],
    tags: ["one", "two"],
    sessionId: "session",
    startTime: [1_700_000_000, 123_500_000],
  });
  parent.setAttributes({
    text: "téxt 🙂",
    empty: "",
    large: "日".repeat(1_000),
    int: 7,
    negative: -5,
    big: 2 ** 40,
    bigint: -(2n ** 63n),
    double: 0.5,
    infinite: Infinity,
    yes: true,
    no: false,
    bytes: Uint8Array.of(0, 1, 254, 255, 7),
    strings: ["a", null, "b"],
    numbers: [1, 0.5, -2],
    booleans: [true, false],
    none: [],
  });
  parent.addEvent("event", { count: 1, what: "é" }, 1_700_000_000_500);
  parent.recordException(new RangeError("too far"), 1_700_000_000_600);
  parent.setStatus({ code: 2, message: "broken é" });
  const child = Laminar.startSpan({ name: "child", parent, spanType: "TOOL" });
  child.setStatus({ code: 1 });
  child.end();
  parent.end(1_700_000_001_000);
  return [parent, child].map((span) => span.spanContext());
}
