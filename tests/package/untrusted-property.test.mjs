// Span contexts and headers as an attacker writes them: no call throws or takes long, and a continued trace has
// valid ids that arrive at the collector.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { extractContext, injectContext, Laminar } from "laminar-edge";
import { assertBalanced } from "./support/ledger.mjs";
import { startQuietSession } from "./support/session.mjs";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);
const TRACE = "01234567-89ab-cdef-0123-456789abcdef";
const SPAN = "00000000-0000-0000-fedc-ba9876543210";
const VALID = [
  "00-0123456789abcdef0123456789abcdef-fedcba9876543210-01",
  JSON.stringify({
    traceId: TRACE,
    spanId: SPAN,
    isRemote: true,
    spanPath: ["root", "caller"],
    spanIdsPath: ["00000000-0000-0000-0000-00000000000a", SPAN],
    userId: "u",
    metadata: { plan: "free", deep: { a: [1] } },
  }),
  JSON.stringify({ trace_id: TRACE, span_id: SPAN, trace_type: null }),
];

/** Generates a valid text with parts removed, doubled or replaced. */
const mutated = fc
  .tuple(
    fc.constantFrom(...VALID),
    fc.array(
      fc.tuple(
        fc.nat(400),
        fc.nat(12),
        fc.oneof(
          fc.string({ unit: "binary", maxLength: 6 }),
          fc.constantFrom(
            "0",
            "-",
            '"',
            "{",
            "null",
            "[]",
            "ff",
            "\n",
            "__proto__",
          ),
        ),
      ),
      { maxLength: 4 },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((text, [at, cut, put]) => {
      const from = at % (text.length + 1);
      return text.slice(0, from) + put + text.slice(from + cut);
    }, text),
  );
const field = fc.oneof(
  fc.constantFrom(TRACE, SPAN, "0".repeat(32), null, "s", [SPAN], ["root"]),
  fc.anything(),
);
const object = fc.dictionary(
  fc.constantFrom(
    ...["traceId", "spanId", "isRemote", "spanPath", "spanIdsPath", "userId"],
    ...["trace_id", "span_id", "sessionId", "metadata", "tracingLevel"],
  ),
  field,
);
const input = fc.oneof(
  mutated,
  object,
  object.map((given) => ({ traceId: TRACE, spanId: SPAN, ...given })),
);

const collector = await startQuietSession();

/** Returns the spans of one flush, each started as a child of its context. */
async function sent(inputs) {
  collector.requests.length = 0;
  for (const each of inputs)
    Laminar.startSpan({ name: "child", parentSpanContext: each }).end();
  const { dropped } = await Laminar.forceFlush();
  assert.deepEqual(dropped, {});
  assertBalanced(Laminar.stats());
  return collector.spans;
}

function assertWellFormed({ traceId, parentSpanId, attributes }) {
  assert.match(traceId, /^(?!0{32})[0-9a-f]{32}$/);
  assert.match(parentSpanId, /^((?!0{16})[0-9a-f]{16})?$/);
  const path = attributes["lmnr.span.path"];
  const ids = attributes["lmnr.span.ids_path"];
  assert.equal(path.at(-1), "child");
  assert.equal(path.length, ids.length);
  assert.ok(ids.length <= 257);
}

test("any context gives one well-formed span, in a trace of its own or the given one", async () => {
  let continued = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(input, { minLength: 1, maxLength: 20 }),
      async (inputs) => {
        const spans = await sent(inputs);
        assert.equal(spans.length, inputs.length);
        spans.forEach(assertWellFormed);
        continued += spans.filter(({ parentSpanId }) => parentSpanId).length;
      },
    ),
    { numRuns: Math.ceil(RUNS / 10) },
  );
  // Without this, the checks above would be of new traces only.
  assert.ok(continued > 0);
});

test("headers of any kind give a string or undefined", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.dictionary(
          fc.constantFrom(
            "traceparent",
            "x-laminar-span-context",
            "x-lmnr-span-context",
            "tracestate",
            "get",
          ),
          fc.oneof(mutated, fc.anything()),
        ),
        fc.anything(),
      ),
      fc.boolean(),
      (carrier, trusted) => {
        const found = extractContext(carrier, { trusted });
        assert.ok(found === undefined || typeof found === "string");
      },
    ),
    { numRuns: RUNS },
  );
});

test("inputs of a megabyte take no quadratic time", async () => {
  const long = 1 << 20;
  const inputs = [
    "0".repeat(long),
    "[".repeat(long),
    `${VALID[0]}-${"x".repeat(long)}`,
    `${" ".repeat(long)}x`,
    JSON.stringify({ traceId: "0".repeat(long), spanId: SPAN }),
    { traceId: "0-".repeat(long / 2), spanId: SPAN },
    { traceId: TRACE, spanId: SPAN, spanIdsPath: new Array(long).fill(SPAN) },
    {
      traceId: TRACE,
      spanId: SPAN,
      metadata: Object.fromEntries(
        Array.from({ length: 60_000 }, (_, i) => [`k${i}`, i]),
      ),
    },
  ];
  const begun = performance.now();
  const spans = await sent(inputs);
  assert.equal(spans.length, inputs.length);
  spans.forEach(assertWellFormed);
  // Quadratic work would take minutes.
  assert.ok(performance.now() - begun < 20_000);
});

test("any tracestate leaves as one that W3C allows, ours in front", () => {
  const span = { span: Laminar.startSpan({ name: "caller" }) };
  const member = fc.oneof(
    fc.constantFrom(
      "a=1",
      "lmnr=0",
      "t@v=x",
      `long=${"x".repeat(250)}`,
      " b=2 ",
    ),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(member, { maxLength: 80 }), (members) => {
      const given = members.join(",");
      const { tracestate } = injectContext({ tracestate: given }, span);
      const [first, ...others] = tracestate.split(",");
      assert.equal(first, "lmnr=1");
      assert.ok(tracestate.length <= 512 && others.length < 32);
      const kept = given.split(",").map((each) => each.trim());
      for (const other of others) {
        assert.match(other, /^[\x21-\x7e][\x20-\x7e]*$/);
        assert.doesNotMatch(other, /^lmnr=/);
        assert.ok(kept.includes(other));
      }
      // Other members are kept in their order as far as they fit.
      if (/^(?:[ab]=[12],)*[ab]=[12]$/.test(given) && kept.length < 32)
        assert.deepEqual(others, kept);
      assert.doesNotThrow(() => new Headers({ tracestate }));
    }),
    { numRuns: RUNS },
  );
  span.span.end();
});
