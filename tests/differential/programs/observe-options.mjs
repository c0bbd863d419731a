// Each option of observe.

export default async ({ observe }) => {
  const call = (name, options, ...args) =>
    observe({ name, ...options }, () => "out", ...args);

  call("session", { sessionId: "s-1" });
  call("user", { userId: "u-1" });
  call("empty session and user", { sessionId: "", userId: "" });
  call("session and user", { sessionId: "s-2", userId: "u-2" });
  for (const spanType of [
    "DEFAULT",
    "LLM",
    "TOOL",
    "EXECUTOR",
    "EVALUATOR",
    "EVALUATION",
    "HUMAN_EVALUATOR",
    "CACHED",
  ])
    call(`type ${spanType}`, { spanType });
  call("unknown type", { spanType: "SOMETHING" });
  call("trace type", { traceType: "EVALUATION" });
  call("event trace type", { traceType: "EVENT" });

  call("input string", { input: "text" }, "ignored");
  call("input object", { input: { a: 1 } }, "ignored");
  call("input array", { input: ["a"] });
  call("input number", { input: 0 }, "ignored");
  call("input false", { input: false }, "ignored");
  call("input empty string", { input: "" }, "ignored");
  call("input null", { input: null }, "argument");
  call("input undefined", { input: undefined }, "argument");
  call("input map", { input: new Map([["k", 1]]) });
  call("input date", { input: new Date(86400000) });
  call("ignore input", { ignoreInput: true }, "secret");
  call("ignore given input", { ignoreInput: true, input: "secret" });
  call("ignore output", { ignoreOutput: true }, "in");
  call("ignore both", { ignoreInput: true, ignoreOutput: true }, "in");
  await observe(
    { name: "ignore async output", ignoreOutput: true },
    async () => "out",
  );

  call("undefined options", {
    sessionId: undefined,
    userId: undefined,
    metadata: undefined,
    tags: undefined,
    spanType: undefined,
    input: undefined,
  });
  observe({}, function named() {
    return 1;
  });
  observe({ name: undefined }, function alsoNamed() {
    return 1;
  });
  observe({ sessionId: "of the nameless" }, () => 1);
  observe({ name: "with this and arguments" }, (a, b) => a + b, 1, 2);
};
