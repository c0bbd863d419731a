// Drains whose server or store fails; in Node, with a sink in memory.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Laminar, observe } from "laminar-edge";
import "laminar-edge/spill";
import { startCollector } from "../package/support/collector.mjs";
import { ledgerChange } from "./ledger-change.mjs";
import { memorySink } from "./memory-sink.mjs";

const BUDGET_MS = 1_000;
const change = ledgerChange();

/** Returns a collector, and a sink with an item for each of these names. */
async function spilled(t, names, { sink = memorySink(), ...options } = {}) {
  const collector = await startCollector(t);
  Laminar.initialize({
    projectApiKey: "secret-key",
    baseUrl: collector.url,
    maxExportBatchSize: 1,
    traceExportTimeoutMillis: 25_000,
    spill: sink,
    ...options,
  });
  // With Retry-After a flush does not try again.
  collector.behave({ status: 503, headers: { "retry-after": "60" } });
  const { spilled } = Laminar.stats();
  for (const name of names) observe({ name }, () => name);
  // A batch of one span is full, so some are spilled in the background.
  while (Laminar.stats().spilled < spilled + names.length)
    await Laminar.flush();
  await Laminar.shutdown();
  collector.requests.length = 0;
  collector.behave({});
  Laminar.initialize({
    projectApiKey: "secret-key",
    baseUrl: collector.url,
    traceExportTimeoutMillis: BUDGET_MS,
    spill: sink,
    ...options,
  });
  return { collector, sink };
}

const sent = (collector) =>
  collector.requests.flatMap(({ spans }) => spans.map(({ name }) => name));

for (const [redelivery, requests] of Object.entries({
  "at-least-once": 2,
  "at-most-once": 1,
})) {
  test(`an item whose answer never comes is sent ${requests} times at most`, async (t) => {
    const { collector, sink } = await spilled(t, ["a"], { redelivery });
    collector.behave({ hang: true });
    let report = await Laminar.drainSpill();
    if (requests === 2) {
      assert.deepEqual([report.ok, report.kept], [false, 1]);
      assert.equal(report.error.code, "timeout");
      assert.deepEqual(change(), { recorded: 1, spilled: 1 });
      report = await Laminar.drainSpill();
    }
    assert.deepEqual(report.dropped, { unconfirmed: 1 });
    assert.equal(sink.items.size, 0);
    await Laminar.drainSpill();
    assert.equal(collector.requests.length, requests);
    assert.equal(change().unconfirmed, 1);
  });
}

for (const status of [500, 503]) {
  test(`a server that answers ${status} is not asked again at once`, async (t) => {
    const names = Array.from({ length: 30 }, (_, i) => `n${i}`);
    const { collector, sink } = await spilled(t, names);
    collector.behave({ status });
    const report = await Laminar.drainSpill();
    // Pauses grow from 125 ms at the least, and the budget is a second.
    assert.ok(report.attempts <= 6, `${report.attempts} requests`);
    assert.equal(report.error.status, status);
    assert.deepEqual([report.kept, sink.items.size], [30, 30]);
    assert.deepEqual(change(), { recorded: 30, spilled: 30 });
    await Laminar.drainSpill();
    collector.behave({});
    const { delivered } = await Laminar.drainSpill();
    assert.ok(delivered >= 18, `${delivered} spans`);
  });
}

test("after one failure a drain goes on", async (t) => {
  const names = ["a", "b", "c"];
  const { collector } = await spilled(t, names);
  let failures = 0;
  collector.behave(() => ({ status: failures++ === 0 ? 503 : 200 }));
  const report = await Laminar.drainSpill();
  assert.deepEqual([report.delivered, report.kept], [2, 1]);
  assert.equal((await Laminar.drainSpill()).delivered, 1);
});

test("a destination that fails does not delay another one's items", async (t) => {
  const { sink } = await spilled(t, ["a", "b", "c"]);
  const other = await spilled(t, ["d"], { sink });
  // The collector of the first three is gone.
  const report = await Laminar.drainSpill({
    put: sink.put,
    drain: (send) => Promise.all([...sink.items.values()].map((i) => send(i))),
  });
  assert.ok(report.delivered >= 1, JSON.stringify(report));
  assert.ok(sent(other.collector).includes("d"));
});

test("an item that could not be deleted is not sent again", async (t) => {
  const sink = memorySink();
  let broken = true;
  sink.drain = async (send) => {
    for (const [key, bytes] of [...sink.items]) {
      if (!(await send(bytes))) continue;
      if (broken) throw new Error("no connection to the store");
      sink.items.delete(key);
    }
  };
  const { collector } = await spilled(t, ["a", "b"], { sink });
  assert.equal((await Laminar.drainSpill()).error.code, "spill");
  assert.equal((await Laminar.drainSpill()).error.code, "spill");
  broken = false;
  const report = await Laminar.drainSpill();
  assert.deepEqual([report.ok, report.delivered], [true, 1]);
  assert.equal(sink.items.size, 0);
  assert.deepEqual(sent(collector), ["a", "b"]);
  assert.deepEqual(change(), { recorded: 2, exported: 2 });
});

test("two drains at once of a store without claims send each item once", async (t) => {
  const { collector, sink } = await spilled(t, ["a", "b", "c"]);
  const reports = await Promise.all([
    Laminar.drainSpill(),
    Laminar.drainSpill(),
  ]);
  const delivered = reports.reduce((sum, report) => sum + report.delivered, 0);
  assert.equal(delivered, 3);
  assert.deepEqual(sent(collector).sort(), ["a", "b", "c"]);
  assert.deepEqual(change(), { recorded: 3, exported: 3 });
  await Laminar.drainSpill();
  assert.equal(sink.items.size, 0);
});

test("a drain tells its sink when the time for sending is over", async (t) => {
  const { collector, sink } = await spilled(t, ["a", "b", "c"]);
  collector.behave({ hang: true });
  let begun = 0;
  const report = await Laminar.drainSpill({
    put: sink.put,
    async drain(send, signal) {
      for (const item of [...sink.items.values()]) {
        if (signal.aborted) return;
        begun++;
        await send(item);
      }
    },
  });
  assert.equal(begun, 1);
  assert.deepEqual([report.ok, report.items], [false, 1]);
});

test("a sink with hostile members makes nothing reject", async (t) => {
  const { sink } = await spilled(t, ["a"]);
  const hostile = (member) =>
    Object.defineProperty({ ...sink }, member, {
      get() {
        throw new Error("hostile");
      },
    });
  for (const member of ["put", "drain"]) {
    const report = await Laminar.drainSpill(hostile(member));
    assert.equal(report.error.code, "spill");
  }
});

test("shutdown beside a drain loses nothing", async (t) => {
  const { collector } = await spilled(t, ["a", "b", "c"]);
  let answer;
  const gate = new Promise((resolve) => (answer = resolve));
  collector.behave({ gate });
  const draining = Laminar.drainSpill();
  await collector.until(() => collector.requests.length > 0);
  await Laminar.shutdown();
  answer();
  const report = await draining;
  assert.deepEqual([report.ok, report.delivered], [true, 3]);
  assert.deepEqual(change(), { recorded: 3, exported: 3 });
});
