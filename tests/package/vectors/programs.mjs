// Programs whose request bodies are stored in this folder: each core must send these bytes. A program gets the
// package, and sets the collector's answers by `behave`.

/** Values of every kind, and their limits. */
function values({ Laminar }) {
  Laminar.startSpan({
    name: "values",
    attributes: {
      text: "text",
      empty: "",
      yes: true,
      no: false,
      integers: [0, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 53, -(2 ** 53)],
      doubles: [0.1, -0.5, 1e300, 5e-324, NaN, Infinity, -Infinity],
      large: 2n ** 63n - 1n,
      negative: -(2n ** 63n),
      bytes: new Uint8Array([0, 127, 128, 255]),
      strings: ["a", "", "ü"],
    },
  }).end();
}

/** Strings that cross in one piece, one by one, and in parts; well-formed and not. */
function strings({ Laminar }) {
  const span = Laminar.startSpan({ name: "größe 𝄞" });
  span.setAttribute("256", "x".repeat(256));
  span.setAttribute("257", "ü".repeat(257));
  span.setAttribute("lone", "a\ud800b\udc00c");
  span.setAttribute("halves", ["\ud834", "\udd1e"]);
  span.setAttribute("clé", "𝄞".repeat(20_000));
  span.end();
}

function nested({ Laminar, observe }) {
  observe({ name: "outer", sessionId: "s", userId: "u", tags: ["t"] }, () => {
    observe({ name: "tool", spanType: "TOOL" }, (q) => ({ q }), "question");
    const span = Laminar.startSpan({ name: "llm", spanType: "LLM" });
    span.addEvent("token", { index: 1 });
    span.setAttributes({ "gen_ai.usage.input_tokens": 12 });
    span.setStatus({ code: 1 });
    span.end();
    try {
      observe({ name: "fails" }, () => {
        throw "no error object, hence no stack";
      });
    } catch {
      // Later changes of the value do not count.
    }
  });
}

function remoteParent({ observe }) {
  const parentSpanContext =
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  observe({ name: "callee", parentSpanContext }, () =>
    observe({ name: "below" }, () => 1),
  );
}

/** A request that is too large for the server and is halved. */
function halves({ observe, behave }) {
  let first = true;
  behave(() => {
    const answer = { status: first ? 413 : 200 };
    first = false;
    return answer;
  });
  for (let i = 0; i < 4; i++) observe({ name: `span ${i}` }, () => i);
}

/** Memory that grows while spans are recorded, so that views are made anew. */
function growth({ observe }) {
  for (let i = 0; i < 6; i++)
    observe({ name: `large ${i}` }, () => `${i}`.repeat(1 << (10 + 2 * i)));
}

export const programs = {
  values,
  strings,
  nested,
  remoteParent,
  halves,
  growth,
};

/** The spans of each program, in the order in which they are first sent. */
export const names = {
  values: ["values"],
  strings: ["größe 𝄞"],
  nested: ["tool", "llm", "fails", "outer"],
  remoteParent: ["below", "callee"],
  halves: [0, 1, 2, 3, 0, 1, 2, 3].map((i) => `span ${i}`),
  growth: [0, 1, 2, 3, 4, 5].map((i) => `large ${i}`),
};
