// Answers of servers are untrusted, and so are the results of a program's own `fetch`: any of them is read
// within bounds, throws nothing, and leaves the ledger balanced.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { Laminar } from "laminar-edge";
import { assertBalanced } from "./support/ledger.mjs";
import { partialSuccess } from "./support/decode.mjs";

// Each run has its own flush and shutdown.
const RUNS = Number(process.env.PROPERTY_RUNS ?? 400);
const SPANS = 5;
const JSON_TYPE = "application/json";
const PROTOBUF_TYPE = "application/x-protobuf";

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

/** Generates an entry of the corpus with parts removed, doubled or replaced. */
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
  PROTOBUF_TYPE,
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

/** Failures of a program's own `fetch`, which no other code awaits. */
const uncaught = [];
const note = (error) => uncaught.push(error);
process.on("uncaughtException", note);
process.on("unhandledRejection", note);
after(async () => {
  await Laminar.shutdown();
  assert.deepEqual(uncaught, []);
});

let round = 0;

/** Records spans and flushes them `times` times. Returns the reports, and how often `fetch` was called. */
async function flushAgainst(fetch, times = 1) {
  let calls = 0;
  Laminar.initialize({
    projectApiKey: `k${round++}`,
    baseUrl: "http://127.0.0.1",
    // The budget is too short for a second attempt.
    traceExportTimeoutMillis: 100,
    scheduledDelayMillis: 60_000,
    fetch(request) {
      calls++;
      return fetch(request);
    },
  });
  for (let i = 0; i < SPANS; i++) Laminar.startSpan({ name: "a" }).end();
  const reports = [];
  for (let i = 0; i < times; i++) {
    reports.push(await Laminar.flush());
    assertBalanced(Laminar.stats());
  }
  const sent = calls;
  await Laminar.shutdown();
  assertBalanced(Laminar.stats());
  return { reports, report: reports[0], calls: sent };
}

/** Asserts that each span is counted once, and that messages are short. */
function judge(report) {
  const { exported, rejected, pending, dropped, error } = report;
  const lost = Object.values(dropped).reduce((sum, spans) => sum + spans, 0);
  assert.equal(exported + rejected + pending + lost, SPANS);
  for (const count of [exported, rejected, pending, lost])
    assert.ok(Number.isSafeInteger(count) && count >= 0);
  assert.equal(report.ok, exported === SPANS);
  if (error !== undefined) {
    assert.equal(typeof error.code, "string");
    assert.ok(error.message.length <= 220, error.message);
  }
}

const property = (arbitrary, check, runs = RUNS) =>
  fc.assert(fc.asyncProperty(arbitrary, check), { numRuns: runs });

test("an answer is read within bounds", async () => {
  await property(answers, async (drawn) => {
    const { reports } = await flushAgainst(() => responseOf(drawn), 2);
    const [first, second] = reports;
    judge(first);
    if (first.error?.code !== "timeout")
      assert.equal(first.error?.status ?? drawn.status, drawn.status);
    const [, seconds] =
      /nothing is sent there for (\d+) s$/.exec(second.error?.message) ?? [];
    if (seconds !== undefined) assert.ok(seconds >= 1 && seconds <= 300);
  });
});

/** Generates a value, or a getter that throws it. */
const member = (...values) =>
  fc.record({
    value: fc.oneof(...values),
    throws: fc.integer({ max: 9, min: 0 }).map((n) => n === 0),
  });
const returning = (value) => () => value;
const throwing = (value) => () => {
  throw value;
};
const functions = fc.oneof(
  fc.anything().map(returning),
  fc.anything().map(throwing),
  fc.anything().map((value) => async () => value),
);
const chunks = fc.oneof(
  fc.anything(),
  fc.constantFrom(
    new Uint8Array(0),
    { length: -1 },
    { length: Infinity, subarray: returning("x") },
    { buffer: 1e12, byteLength: -1 },
    new Uint32Array(3),
    "text",
  ),
);
const readers = fc.record({
  read: fc.oneof(
    functions,
    chunks.map((value) => async () => ({ value })),
    chunks.map((value) => async () => ({ done: Math.random() < 0.5, value })),
  ),
  cancel: functions,
});
const strings = fc.oneof(
  fc.string(),
  fc.anything(),
  fc.constantFrom(
    7,
    Symbol("odd"),
    { length: 3, charCodeAt: returning(-1) },
    { length: -1 },
    { length: 1e9, charCodeAt: returning(65) },
    ["1", "2"],
  ),
);
const lookAlikes = fc
  .record({
    status: member(statuses, fc.anything(), fc.double()),
    type: member(fc.constantFrom(undefined, "opaqueredirect"), fc.anything()),
    headers: member(
      fc.anything(),
      strings.map((value) => ({ get: returning(value) })),
      strings.map((value) => ({ get: throwing(value) })),
    ),
    body: member(
      fc.anything(),
      readers.map((reader) => ({ getReader: returning(reader) })),
      functions.map((getReader) => ({ getReader })),
    ),
  })
  .map((members) => {
    const response = {};
    for (const [name, { value, throws }] of Object.entries(members))
      Object.defineProperty(
        response,
        name,
        throws ? { get: throwing(value) } : { value },
      );
    return response;
  });

test("an almost valid answer is read within bounds", async () => {
  await property(lookAlikes, async (response) => {
    const { report } = await flushAgainst(async () => response);
    judge(report);
  });
});

test("a fetch that gives no Response is harmless", async () => {
  await property(fc.anything(), async (anything) => {
    for (const fetch of [
      returning(anything),
      throwing(anything),
      async () => anything,
      () => Promise.reject(anything),
    ])
      judge((await flushAgainst(fetch)).report);
  });
});

for (const [value, expected] of [
  ["0", undefined],
  ["120", 120],
  ["86400", 300],
  ["Sun, 06 Nov 1994 08:49:37 GMT", undefined],
  ["Sunday, 06-Nov-94 08:49:37 GMT", undefined],
  ["Sun Nov  6 08:49:37 1994", undefined],
  ["Fri, 31 Dec 2094 23:59:59 GMT", 300],
  ["Tue, 31 Feb 2094 08:49:37 GMT", undefined],
  ["-1", undefined],
  ["1.5", undefined],
  ["0x10", undefined],
  ["soon", undefined],
  ["", undefined],
]) {
  test(`Retry-After: ${value}`, async () => {
    const headers = { "retry-after": value };
    const answer = () => new Response("", { status: 503, headers });
    const { reports, calls } = await flushAgainst(answer, 2);
    const { message } = reports[1].error;
    if (expected === undefined) {
      assert.equal(message, "HTTP 503");
      assert.equal(calls, 2);
      return;
    }
    const words = /^HTTP 503 earlier: nothing is sent there for (\d+) s$/;
    assert.match(message, words);
    const [, seconds] = words.exec(message);
    assert.ok(seconds <= expected && seconds > expected - 60, seconds);
    assert.equal(calls, 1);
  });
}

for (const [count, expected] of [
  ['"3"', 3],
  ["3", 3],
  ["9", SPANS],
  ["true", 0],
  ["[3]", 0],
  ['"0x10"', 0],
  ['"1e2"', 0],
  ["-3", 0],
  ["3.5", 0],
]) {
  test(`rejectedSpans: ${count}`, async () => {
    const body = `{"partialSuccess":{"rejectedSpans":${count}}}`;
    const { report } = await said(body, JSON_TYPE);
    assert.equal(report.rejected, expected);
    assert.equal(report.exported, SPANS - expected);
  });
}

const said = (body, type = PROTOBUF_TYPE) =>
  flushAgainst(() => new Response(body, { headers: { "content-type": type } }));

/** Returns as much of a text as fits into this many bytes of UTF-8. */
function cut(text, bytes) {
  let kept = "";
  for (const character of text) {
    if (new TextEncoder().encode(kept + character).length > bytes) break;
    kept += character;
  }
  return kept;
}

test("a partial success in protobuf reads as it was written", async () => {
  await property(
    fc.tuple(
      fc.oneof(
        fc.nat({ max: SPANS }),
        fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      ),
      fc.string({ unit: "binary", maxLength: 300 }),
    ),
    async ([rejected, text]) => {
      const { report } = await said(partialSuccess(rejected, text));
      assert.equal(report.rejected, Math.min(rejected, SPANS));
      // A warning from a server that accepted everything is no failure.
      if (rejected > 0) assert.equal(report.error.message, cut(text, 200));
      else assert.equal(report.error, undefined);
    },
  );
});

test("a cut, changed or too large partial success is never misread", async () => {
  // The parts are copies, because parts of a Buffer share its bytes.
  const whole = new Uint8Array(partialSuccess(300, "some were refused"));
  await property(
    fc.tuple(
      fc.nat({ max: whole.length }),
      fc.nat({ max: whole.length - 1 }),
      fc.nat({ max: 255 }),
    ),
    async ([end, at, byte]) => {
      const { report } = await said(whole.slice(0, end));
      assert.ok([0, SPANS].includes(report.rejected), `${report.rejected}`);
      judge(report);
      const changed = whole.slice();
      changed[at] = byte;
      judge((await said(changed)).report);
    },
  );
  // This is -1 as an int64. A negative count is invalid.
  const negative = [0x0a, 11, 0x08, ...Array(9).fill(0xff), 0x01];
  const { report } = await said(new Uint8Array(negative));
  assert.equal(report.rejected, 0);
});
