// What a Tail Worker records for each item that it gets, valid or not. In Node, with items made here.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { collectTail, collectTailStream } from "laminar-edge/tail";
import { Laminar } from "laminar-edge";
import { assertBalanced } from "../package/support/ledger.mjs";
import { startSession } from "../package/support/session.mjs";

const CHANNEL = "laminar-edge";

/** The FNV-1a hash of a key. */
const checkOf = (key) =>
  [...key].reduce(
    (hash, each) => Math.imul(hash ^ each.charCodeAt(0), 0x01000193) >>> 0,
    0x811c9dc5,
  );
let last = 0;

/** Returns the message of the black box for an event that began. */
function start(more = {}) {
  const number = String(++last).padStart(16, "0");
  const id = `${number}${number}-${number}`;
  return {
    v: 1,
    type: "start",
    id,
    name: "event",
    kind: 1,
    start: 1e12,
    ...more,
  };
}

const item = (messages, more = {}) => ({
  outcome: "exceededCpu",
  cpuTime: 10,
  wallTime: 250,
  truncated: false,
  exceptions: [],
  logs: [],
  diagnosticsChannelEvents: messages.map((message) => ({
    channel: CHANNEL,
    timestamp: 1e12,
    message,
  })),
  ...more,
});

describe("collectTail", { concurrency: false }, () => {
  test("each outcome is an exception of the span", async (t) => {
    const { collector } = await startSession(t);
    const outcomes = [
      "exceededCpu",
      "exceededMemory",
      "canceled",
      "responseStreamDisconnected",
      "one that comes later",
    ];
    await collectTail(
      outcomes.map((outcome) => item([start({ name: outcome })], { outcome })),
    );
    for (const outcome of outcomes) {
      const span = collector.span(outcome);
      assert.equal(span.attributes["cloudflare.outcome"], outcome);
      assert.equal(span.attributes.cpu_time_ms, 10n);
      assert.equal(span.events.length, 1);
      assert.equal(span.events[0].attributes["exception.type"], outcome);
      assert.equal(
        span.status.message,
        span.events[0].attributes["exception.message"],
      );
      assert.equal(span.end - span.start, 250_000_000n);
    }
  });

  test("an event that ended, or may have ended, makes no span", async (t) => {
    await startSession(t);
    const ended = start();
    const report = await collectTail([
      item([ended, { v: 1, type: "end", id: ended.id }]),
      item([start()], { truncated: true, outcome: "ok" }),
      item([start()], { truncated: true, outcome: "exception" }),
      item([{ ...start(), v: 2 }]),
      item([start()].map(({ id }) => ({ v: 1, type: "end", id }))),
    ]);
    assert.deepEqual([report.invocations, report.made], [5, 0]);
    assert.equal(report.flush, undefined);
    const killed = await collectTail([
      item([start()], { truncated: true, outcome: "exceededMemory" }),
    ]);
    assert.equal(killed.made, 1);
  });

  test("a line of ours on the console is read, and a forged one is not", async (t) => {
    const { collector } = await startSession(t);
    const text = (name) => JSON.stringify(start({ name }));
    const logs = [
      { message: [CHANNEL, text("of ours")] },
      { message: [`${CHANNEL} ${text("forged")}`] },
      { message: [text("forged")] },
      { message: [CHANNEL, text("forged"), "more"] },
    ];
    await collectTail([item([], { logs })]);
    assert.deepEqual(collector.names(), ["of ours"]);
  });

  test("a batch that cannot be read is counted", async (t) => {
    await startSession(t);
    const body = new Uint8Array(10);
    const batch = (more) => ({ v: 1, type: "spans", body, ...more });
    const report = await collectTail([
      item([
        batch(),
        batch({ v: 2 }),
        batch({ v: undefined }),
        batch({ body: undefined }),
        batch({ body: "no base64" }),
        batch({ body: new Uint8Array((4 << 20) + 1) }),
      ]),
      item([], {
        logs: [{ message: [CHANNEL, JSON.stringify({ v: 2, type: "spans" })] }],
      }),
    ]);
    assert.deepEqual([report.received, report.unreadable], [0, 7]);
  });

  test("a project without a key leaves the others, and the rest of an invocation, alone", async (t) => {
    const { collector } = await startSession(t);
    const batch = (more) => ({
      v: 1,
      type: "spans",
      body: new Uint8Array(10),
      ...more,
    });
    // A secret that is not set, one that was pasted with a line break, and anything else.
    const projects = { unset: undefined, pasted: " key\n", odd: { key: 1 } };
    const report = await collectTail(
      [
        item([
          batch({ check: 7 }),
          batch({ project: "unset" }),
          batch({ project: "odd" }),
          batch({ project: "toString" }),
          batch({ project: "pasted" }),
          batch({ check: checkOf("key") }),
          start({ name: "made all the same" }),
        ]),
      ],
      {},
      undefined,
      { projects },
    );
    // The last two belong to the project with a key, and have no spans.
    assert.deepEqual([report.unmatched, report.unreadable], [4, 2]);
    assert.equal(report.made, 1);
    assert.deepEqual(collector.names(), ["made all the same"]);
  });

  test("no input makes it throw or reject", async (t) => {
    const { collector } = await startSession(t);
    const message = fc.oneof(
      fc.anything(),
      fc.record({
        v: fc.constant(1),
        type: fc.constantFrom("start", "end", "cpu", "spans"),
        id: fc.oneof(fc.string(), fc.constant(start().id)),
        name: fc.anything(),
        kind: fc.anything(),
        start: fc.anything(),
        context: fc.oneof(fc.string(), fc.json()),
        attributes: fc.oneof(fc.string(), fc.json()),
        body: fc.oneof(fc.uint8Array(), fc.string()),
      }),
    );
    const anyItem = fc.oneof(
      fc.anything(),
      fc.record({
        outcome: fc.anything(),
        cpuTime: fc.anything(),
        wallTime: fc.anything(),
        exceptions: fc.anything(),
        logs: fc.array(fc.record({ message: fc.array(fc.anything()) })),
        diagnosticsChannelEvents: fc.array(
          fc.record({ channel: fc.constant(CHANNEL), message }),
        ),
      }),
    );
    const reports = [];
    await fc.assert(
      fc.asyncProperty(fc.array(anyItem, { maxLength: 4 }), async (items) => {
        const waited = [];
        reports.push(
          collectTail(items, {}, { waitUntil: (each) => waited.push(each) }),
        );
        const tell = collectTailStream(items[0]);
        for (const each of items) tell(each);
        for (const each of items)
          tell({ event: { type: "outcome", ...Object(each) } });
        assert.equal(waited.length, 1);
      }),
      { numRuns: 200 },
    );
    for (const report of await Promise.all(reports))
      assert.equal(typeof report.made, "number");
    await Laminar.flush();
    assertBalanced(Laminar.stats());
    for (const { name } of collector.spans) assert.equal(typeof name, "string");
  });
});
