// What servers say is not to be trusted: whatever it is, it is read within bounds, throws nothing, and
// leaves the ledger balanced.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Laminar } from "laminar-edge";
import { answerOf } from "../../pkg/lib/delivery/answer.js";
import { assertBalanced } from "./support/ledger.mjs";
import { partialSuccess } from "./support/decode.mjs";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 400);

const FRUITFUL = [
  "120",
  "0",
  "-1",
  "1e3",
  "0x10",
  "99999999999999999999",
  "Sun, 06 Nov 2094 08:49:37 GMT",
  "Sunday, 06-Nov-94 08:49:37 GMT",
  "Sun Nov  6 08:49:37 2094",
  "Tue, 31 Feb 2094 08:49:37 GMT",
];
const JSONS = [
  '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"no"}}',
  '{"partial_success":{"rejected_spans":3,"error_message":"no"}}',
  '{"partialSuccess":null}',
  '{"partialSuccess":{"rejectedSpans":true}}',
  `${"[".repeat(5_000)}`,
];

/** One of the corpus with pieces cut out, doubled or replaced. */
const mutated = (corpus) =>
  fc
    .tuple(fc.constantFrom(...corpus), fc.nat(), fc.nat(), fc.string())
    .map(([text, from, length, with_]) => {
      const at = from % (text.length + 1);
      const cut = length % 8;
      return cut === 0
        ? text
        : text.slice(0, at) + with_ + text.slice(at + cut);
    });

const bodies = fc.oneof(
  mutated(JSONS).map((text) => new TextEncoder().encode(text)),
  fc.uint8Array({ maxLength: 300 }),
  fc.nat({ max: 10 }).map((spans) => new Uint8Array(partialSuccess(spans))),
  fc.constant(new Uint8Array(200_000).fill(0x7b)),
);
const types = fc.constantFrom(
  "application/x-protobuf",
  "application/json; charset=utf-8",
  "text/html",
  "",
  "\u00ff",
);
const statuses = fc.oneof(
  fc.constantFrom(200, 202, 400, 408, 413, 429, 500, 503),
  fc.integer({ min: 200, max: 599 }),
);
const headerText = (text) => /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
const retryAfters = fc.oneof(mutated(FRUITFUL), fc.string()).filter(headerText);

const answers = fc.record({
  status: statuses,
  type: types,
  retryAfter: retryAfters,
  body: bodies,
});

function responseOf({ status, type, retryAfter, body }) {
  const bare = [204, 205, 304].includes(status);
  return new Response(bare ? null : body, {
    status,
    headers: { "content-type": type, "retry-after": retryAfter },
  });
}

test("an answer is read within bounds", async () => {
  await fc.assert(
    fc.asyncProperty(answers, async (drawn) => {
      const { status, retryAfterMs, said } = answerOf(responseOf(drawn));
      assert.equal(status, drawn.status);
      assert.ok(
        retryAfterMs === undefined ||
          (retryAfterMs >= 0 && retryAfterMs <= 300_000),
      );
      const { rejected, message } = await said;
      assert.ok(Number.isSafeInteger(rejected) && rejected >= 0);
      assert.ok(message.length <= 220);
    }),
    { numRuns: RUNS },
  );
});

test("what is no answer is none", async () => {
  await fc.assert(
    fc.asyncProperty(fc.anything(), async (anything) => {
      const { status, said } = answerOf(anything);
      assert.ok(Number.isInteger(status));
      assert.equal(typeof (await said).message, "string");
    }),
    { numRuns: RUNS },
  );
});

for (const [value, expected] of [
  ["0", 0],
  ["2", 2_000],
  ["86400", 300_000],
  ["Sun, 06 Nov 1994 08:49:37 GMT", 0],
  ["Sunday, 06-Nov-94 08:49:37 GMT", 0],
  ["Sun Nov  6 08:49:37 1994", 0],
  ["Fri, 31 Dec 2094 23:59:59 GMT", 300_000],
  ["Tue, 31 Feb 2094 08:49:37 GMT", undefined],
  ["-1", undefined],
  ["1.5", undefined],
  ["0x10", undefined],
  ["soon", undefined],
  ["", undefined],
]) {
  test(`Retry-After: ${value}`, () => {
    const headers = { "retry-after": value };
    const answer = answerOf(new Response("", { status: 503, headers }));
    assert.equal(answer.retryAfterMs, expected);
  });
}

for (const [count, expected] of [
  ['"3"', 3],
  ["3", 3],
  ["true", 0],
  ["[3]", 0],
  ['"0x10"', 0],
  ['"1e2"', 0],
  ["-3", 0],
  ["3.5", 0],
]) {
  test(`rejectedSpans: ${count}`, async () => {
    const body = `{"partialSuccess":{"rejectedSpans":${count}}}`;
    const headers = { "content-type": "application/json" };
    const { said } = answerOf(new Response(body, { headers }));
    assert.equal((await said).rejected, expected);
  });
}

const saidIn = async (body) =>
  answerOf(
    new Response(body, {
      headers: { "content-type": "application/x-protobuf" },
    }),
  ).said;

test("a partial success in protobuf reads as it was written", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      fc.string({ unit: "binary", maxLength: 300 }),
      async (rejected, text) => {
        const found = await saidIn(partialSuccess(rejected, text));
        assert.equal(found.rejected, rejected);
        assert.equal(found.message, text.slice(0, 200));
      },
    ),
    { numRuns: RUNS },
  );
});

test("cut, changed or beyond what a number holds, a partial success says nothing wrong", async () => {
  const whole = partialSuccess(300, "some were refused");
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: whole.length }),
      fc.nat({ max: whole.length - 1 }),
      fc.nat({ max: 255 }),
      async (end, at, byte) => {
        const cut = await saidIn(whole.slice(0, end));
        assert.ok([0, 300].includes(cut.rejected), `${cut.rejected}`);
        const changed = whole.slice();
        changed[at] = byte;
        const { rejected, message } = await saidIn(changed);
        assert.ok(Number.isSafeInteger(rejected) && rejected >= 0);
        assert.ok(message.length <= 200);
      },
    ),
    { numRuns: RUNS },
  );
  // -1 as an int64: a negative count is no count.
  const negative = [0x0a, 11, 0x08, ...Array(9).fill(0xff), 0x01];
  assert.equal((await saidIn(new Uint8Array(negative))).rejected, 0);
});

test("whatever a server answers, flush resolves and the ledger is balanced", async (t) => {
  t.after(() => Laminar.shutdown());
  let round = 0;
  await fc.assert(
    fc.asyncProperty(answers, async (drawn) => {
      Laminar.initialize({
        // A destination of its own: an earlier answer may hold another one back.
        projectApiKey: `k${round++}`,
        baseUrl: "http://127.0.0.1",
        traceExportTimeoutMillis: 5,
        scheduledDelayMillis: 60_000,
        fetch: async () => responseOf(drawn),
      });
      Laminar.startSpan({ name: "a" }).end();
      const report = await Laminar.flush();
      assert.equal(typeof report.ok, "boolean");
      assertBalanced(Laminar.stats());
    }),
    { numRuns: Math.min(RUNS, 300) },
  );
});
