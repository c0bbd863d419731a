// Flushes with a sink, and drains of its items; in Node, with a sink in memory.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Laminar, observe } from "laminar-edge";
import "laminar-edge/spill";
import { deadUrl, startCollector } from "../package/support/collector.mjs";
import { ledgerChange } from "./ledger-change.mjs";
import { memorySink, outline } from "./memory-sink.mjs";

const BUDGET_MS = 600;
const change = ledgerChange();

function begin(collector, spill, options = {}) {
  Laminar.initialize({
    projectApiKey: "secret-key",
    baseUrl: collector.url,
    traceExportTimeoutMillis: BUDGET_MS,
    spill,
    ...options,
  });
}

function record(...names) {
  for (const name of names) observe({ name }, () => "x".repeat(50));
}

/** Spills spans with these names, and then lets the collector answer again. */
async function spilled(collector, sink, names, options) {
  begin(collector, sink, options);
  collector.behave({ status: 503 });
  record(...names);
  const report = await Laminar.flush();
  collector.requests.length = 0;
  collector.behave({});
  return report;
}

test("spans of more destinations than are known any longer go into the sink", async (t) => {
  const collector = await startCollector(t);
  const sink = memorySink();
  collector.behave({ status: 503 });
  const times = 600;
  for (let i = 0; i < times; i++) {
    const headers = { "x-token": String(i) };
    const traceExportTimeoutMillis = 25_000;
    begin(collector, sink, { headers, traceExportTimeoutMillis });
    record("one");
  }
  const report = await Laminar.flush();
  assert.equal(report.spilled, times, JSON.stringify(report));
  assert.equal(sink.items.size, times);
});

test("unsent spans go into the sink, and from there to the collector", async (t) => {
  const collector = await startCollector(t);
  const sink = memorySink();
  const report = await spilled(collector, sink, ["a", "b"]);
  assert.equal(report.ok, false);
  assert.deepEqual(
    [report.spilled, report.pending, report.error.code],
    [2, 0, "unavailable"],
  );
  assert.deepEqual(change(), { recorded: 2, spilled: 2 });
  assert.equal(sink.items.size, 1);
  const [item] = sink.items.values();
  assert.ok(outline(item).includes(`${collector.url}/v1/traces`));
  assert.ok(!outline(item).includes("secret-key"));

  const drained = await Laminar.drainSpill();
  assert.equal(drained.ok, true);
  assert.deepEqual(
    [drained.items, drained.delivered, drained.kept, drained.attempts],
    [1, 2, 0, 1],
  );
  assert.equal(sink.items.size, 0);
  assert.deepEqual(collector.names(), ["a", "b"]);
  assert.equal(
    collector.requests[0].headers.authorization,
    "Bearer secret-key",
  );
  assert.deepEqual(change(), { recorded: 2, exported: 2 });
});

test("a failed connection spills too, and a healthy collector needs no sink", async (t) => {
  const collector = await startCollector(t);
  const sink = memorySink();
  begin({ url: await deadUrl() }, sink);
  record("a");
  assert.equal((await Laminar.flush()).spilled, 1);
  begin(collector, sink);
  record("b");
  const report = await Laminar.flush();
  assert.deepEqual([report.ok, report.spilled, sink.items.size], [true, 0, 1]);
});

test("batches are split to the sink's limit, and a span that does not fit stays", async (t) => {
  const collector = await startCollector(t);
  const sink = memorySink({ maxBytes: 2_000 });
  begin(collector, sink);
  collector.behave({ status: 503 });
  const names = Array.from({ length: 20 }, (_, i) => `n${i}`.padEnd(4, "-"));
  record(...names);
  observe({ name: "large" }, () => "y".repeat(5_000));
  const report = await Laminar.flush();
  assert.deepEqual([report.spilled, report.pending], [20, 1]);
  assert.ok(sink.items.size > 5);
  for (const item of sink.items.values()) assert.ok(item.length <= 2_000);
  assert.deepEqual(change(), { recorded: 21, buffered: 1, spilled: 20 });
  collector.requests.length = 0;
  collector.behave({});
  assert.equal((await Laminar.drainSpill()).delivered, 20);
  assert.equal((await Laminar.flush()).exported, 1);
  assert.deepEqual(collector.names(), ["large", ...names].sort());
});

test("a sink's limit that is no number is none, and one below a header is said", async (t) => {
  const collector = await startCollector(t);
  class Hostile {
    get maxBytes() {
      throw new Error("hostile");
    }
  }
  const taken = [{ maxBytes: NaN }, { maxBytes: "large" }, new Hostile()];
  for (const [n, limit] of taken.entries()) {
    const sink = memorySink();
    const { put } = sink;
    const report = await spilled(collector, Object.assign(limit, { put }), [
      `n${n}`,
    ]);
    assert.equal(report.spilled, 1, JSON.stringify(report));
    assert.equal(sink.items.size, 1);
  }
  const report = await spilled(collector, memorySink({ maxBytes: 10 }), ["a"]);
  assert.deepEqual(
    [report.spilled, report.pending, report.error.code],
    [0, 1, "spill"],
  );
  assert.match(report.error.message, /maxBytes/);
});

test("a process that stood still until the budget was over still spills", async (t) => {
  const collector = await startCollector(t);
  const sink = memorySink();
  begin(collector, sink, {
    fetch() {
      const until = performance.now() + 2 * BUDGET_MS;
      while (performance.now() < until);
      return Promise.reject(new TypeError("no connection"));
    },
  });
  record("a");
  const report = await Laminar.flush();
  assert.deepEqual([report.spilled, report.pending], [1, 0]);
  assert.equal(sink.items.size, 1);
});

for (const [how, put] of Object.entries({
  rejects: () => Promise.reject(new Error("full")),
  throws: () => {
    throw new Error("full");
  },
})) {
  test(`a sink that ${how} leaves the spans in memory`, async (t) => {
    const collector = await startCollector(t);
    const report = await spilled(collector, { put }, ["a"]);
    assert.deepEqual([report.spilled, report.pending], [0, 1]);
    assert.deepEqual(
      [report.error.code, report.error.message],
      ["spill", "full"],
    );
    assert.deepEqual(change(), { recorded: 1, buffered: 1 });
    assert.equal((await Laminar.flush()).exported, 1);
    assert.deepEqual(change(), { recorded: 1, exported: 1 });
  });
}

for (const [redelivery, after] of Object.entries({
  "at-least-once": { recorded: 1, exported: 1, redelivered: 1 },
  "at-most-once": { recorded: 1, unconfirmed: 1 },
})) {
  test(`a sink that does not answer may have stored the item: ${redelivery}`, async (t) => {
    const collector = await startCollector(t);
    const sink = { put: () => new Promise(() => {}) };
    const began = performance.now();
    const report = await spilled(collector, sink, ["a"], { redelivery });
    assert.ok(performance.now() - began < BUDGET_MS + 1_000);
    assert.equal(report.spilled, 0);
    assert.equal(report.error.code, "spill");
    await Laminar.flush();
    const { unconfirmed, ...changed } = change();
    const expected = { ...after };
    delete expected.unconfirmed;
    assert.deepEqual(changed, expected);
    assert.equal(unconfirmed, after.unconfirmed);
  });
}

test("shutdown spills what it cannot send", async (t) => {
  const collector = await startCollector(t);
  const sink = memorySink();
  begin(collector, sink);
  collector.behave({ status: 503 });
  record("a");
  const report = await Laminar.shutdown();
  assert.equal(report.spilled, 1);
  assert.deepEqual(change(), { recorded: 1, spilled: 1 });
});

test("an item is sent with its own key and URL only", async (t) => {
  const collector = await startCollector(t);
  const sink = memorySink();
  await spilled(collector, sink, ["a"]);
  // An item of another isolate: like this one, with a key that this isolate does not have.
  const [[key, item]] = sink.items;
  const foreign = item.slice();
  foreign[28] ^= 1;
  sink.items.set(key, foreign);
  const report = await Laminar.drainSpill();
  assert.deepEqual(
    [report.ok, report.kept, report.unmatched, report.error.code],
    [false, 1, 1, "no_key"],
  );
  assert.equal(collector.requests.length, 0);
  assert.equal(sink.items.size, 1);
  assert.deepEqual(change(), { recorded: 1, spilled: 1 });
});

test("an item of another isolate appears in the report only", async (t) => {
  const collector = await startCollector(t);
  const sink = memorySink();
  await spilled(collector, sink, ["a"]);
  const [[key, item]] = sink.items;
  const foreign = item.slice();
  foreign[20] ^= 1;
  sink.items.set(key, foreign);
  const report = await Laminar.drainSpill();
  assert.deepEqual([report.ok, report.delivered], [true, 1]);
  assert.deepEqual(change(), { recorded: 1, spilled: 1 });
});

test("invalid items stay, and do not stop a drain", async (t) => {
  const collector = await startCollector(t);
  const sink = memorySink();
  sink.items.set("text", "hello");
  sink.items.set("nothing", undefined);
  sink.items.set("zeros", new Uint8Array(100));
  await spilled(collector, sink, ["a"]);
  const [item] = [...sink.items.values()].slice(-1);
  sink.items.set("cut", item.slice(0, -1));
  const newer = item.slice();
  newer[4] = 9;
  sink.items.set("newer", newer);
  const report = await Laminar.drainSpill();
  assert.deepEqual(
    [report.items, report.kept, report.unreadable, report.delivered],
    [6, 5, 5, 1],
  );
  assert.equal(sink.items.size, 5);
});

test("an item stays after a failed send, and is removed after a refusal", async (t) => {
  const collector = await startCollector(t);
  const sink = memorySink();
  await spilled(collector, sink, ["a"]);
  collector.behave({ status: 503 });
  let report = await Laminar.drainSpill();
  assert.deepEqual([report.kept, report.error.status], [1, 503]);
  assert.deepEqual(change(), { recorded: 1, spilled: 1 });
  collector.behave({ status: 401 });
  report = await Laminar.drainSpill();
  assert.deepEqual([report.rejected, report.kept], [1, 0]);
  assert.deepEqual(change(), { recorded: 1, rejected: 1 });
  assert.equal(sink.items.size, 0);
});

test("an item that may have arrived is sent once more by the next drain", async (t) => {
  const collector = await startCollector(t);
  const sink = memorySink();
  await spilled(collector, sink, ["a"]);
  collector.behave({ status: 500 });
  let report = await Laminar.drainSpill();
  assert.deepEqual([report.attempts, report.kept], [1, 1]);
  assert.deepEqual(change(), { recorded: 1, spilled: 1 });
  report = await Laminar.drainSpill();
  assert.deepEqual(report.dropped, { unconfirmed: 1 });
  assert.equal(sink.items.size, 0);
  assert.equal(collector.requests.length, 2);
  const { recorded, redelivered, unconfirmed } = change();
  assert.deepEqual([recorded, redelivered], [1, 1]);
  assert.ok(unconfirmed >= 1);
});

test("with at-most-once an item that may have arrived is not sent again", async (t) => {
  const collector = await startCollector(t);
  const sink = memorySink();
  await spilled(collector, sink, ["a"], { redelivery: "at-most-once" });
  collector.behave({ status: 500 });
  const report = await Laminar.drainSpill();
  assert.deepEqual(report.dropped, { unconfirmed: 1 });
  assert.equal(sink.items.size, 0);
});

test("an item that is too large for the server is sent in halves", async (t) => {
  const collector = await startCollector(t);
  const sink = memorySink();
  const names = ["a", "b", "c", "d", "e"];
  await spilled(collector, sink, names);
  collector.behave(({ spans }) => ({ status: spans.length > 2 ? 413 : 200 }));
  const report = await Laminar.drainSpill();
  assert.deepEqual([report.ok, report.delivered], [true, 5]);
  const taken = collector.requests.filter(({ status }) => status === 200);
  assert.deepEqual(
    taken.flatMap(({ spans }) => spans.map(({ name }) => name)).sort(),
    names,
  );
  assert.deepEqual(change(), { recorded: 5, exported: 5 });
});

test("a drain ends with its budget, whatever hangs", async (t) => {
  const collector = await startCollector(t);
  const sink = memorySink();
  await spilled(collector, sink, ["a"]);
  const began = performance.now();
  let report = await Laminar.drainSpill({ drain: () => new Promise(() => {}) });
  assert.equal(report.error.code, "timeout");
  collector.behave({ hang: true });
  report = await Laminar.drainSpill();
  assert.ok(performance.now() - began < 2 * BUDGET_MS + 2_000);
  assert.equal(report.delivered, 0);
  for (const drain of [undefined, 1, () => Promise.reject(new Error("x"))])
    assert.equal((await Laminar.drainSpill({ drain })).error.code, "spill");
});
