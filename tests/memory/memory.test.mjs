// The memory that failing requests cost an isolate: up to its caps, and no more with each request.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { startCollector, deadUrl } from "../package/support/collector.mjs";
import { assertBalanced } from "../package/support/ledger.mjs";
import { startWorker } from "../package/support/workerd.mjs";
import { ask } from "../soak/run.mjs";
import { heapReader } from "./heap.mjs";

const MIB = 1 << 20;
const AT_ONCE = 40;
// The time after which pkg/lib/delivery/guard.js counts a flush as abandoned, and a little more.
const ABANDONED_MS = 5_500;
// Beyond the cap: the module's own 1.1 MiB, staging and the allocator's slack.
const WASM_BYTES = 4 * MIB;
// This is mostly garbage that V8 has not collected yet, so the least of the later readings counts. If it were
// all kept, the 10,000 requests would take 160 MiB.
const HEAP_BYTES = 64 * MIB;

/** Calls `one` `count` times, AT_ONCE at a time. */
async function many(count, one) {
  let next = 0;
  const lane = async () => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

/**
 * Returns the least of some readings, which is nearest to the live memory, because V8 collects garbage at any
 * time.
 */
async function measure(worker) {
  const memory = await ask(worker, "memory");
  assertBalanced(memory.stats);
  let heapBytes = Infinity;
  for (let i = 0; i < 10; i++) {
    await ask(worker, "churn");
    heapBytes = Math.min(heapBytes, await worker.heapBytes());
  }
  return { ...memory, heapBytes };
}

/** Every flush has a budget, and waitUntil lets it use it up. */
async function whenNoneIsPending(worker) {
  const gaveUpAt = Date.now() + 20_000;
  while ((await ask(worker, "memory")).pendingFlushes > 0)
    assert.ok(Date.now() < gaveUpAt, "flushes that never end");
}

const shown = ({ wasmBytes, heapBytes, pendingFlushes, stats }) =>
  `wasm ${(wasmBytes / MIB).toFixed(1)} MiB, heap ${(heapBytes / MIB).toFixed(1)} MiB, ` +
  `${pendingFlushes} flushes pending, ${stats.buffered} spans buffered`;

describe("memory in workerd", { concurrency: 2 }, () => {
  const start = async (t, baseUrl, more) => {
    const worker = await startWorker(t, "../../soak/worker.js", {
      options: { inspectorPort: 0 },
    });
    worker.heapBytes = await heapReader(worker.miniflare);
    const options = {
      projectApiKey: "key",
      baseUrl,
      traceExportTimeoutMillis: 60,
      maxQueueBytes: MIB,
      ...more,
    };
    return { worker, options };
  };

  test("10,000 requests that fail to export hold no more than the cap", async (t) => {
    const { worker, options } = await start(t, await deadUrl());
    const names = ["a", "b", "c", "d"];
    const work = { options, names, payload: "x".repeat(4_000) };
    const readings = [];
    for (const upTo of [1_000, 4_000, 7_000, 10_000]) {
      const already = readings.length === 0 ? 0 : readings.at(-1).requests;
      await many(upTo - already, () => ask(worker, "fail", work));
      await whenNoneIsPending(worker);
      const reading = await measure(worker);
      readings.push({ requests: upTo, ...reading });
      t.diagnostic(`${upTo} requests: ${shown(reading)}`);
    }
    const [early, ...later] = readings;
    const last = later.at(-1);
    assert.ok(last.stats.recorded >= 40_000, JSON.stringify(last));
    assert.equal(last.stats.exported, 0);
    assert.ok(last.stats.dropped.evicted > 30_000, JSON.stringify(last));
    assert.ok(last.wasmBytes <= WASM_BYTES, shown(last));
    const least = Math.min(...later.map(({ heapBytes }) => heapBytes));
    assert.ok(least <= HEAP_BYTES, later.map(shown).join("\n"));
    // Ten times the requests take no more memory.
    assert.ok(last.wasmBytes <= early.wasmBytes + MIB, shown(last));
  });

  test("memory is the same after a burst", async (t) => {
    const collector = await startCollector(t);
    const { worker, options } = await start(t, collector.url, {
      traceExportTimeoutMillis: 10_000,
      maxQueueBytes: 32 * MIB,
    });
    const work = (spans) => ({
      options,
      names: Array.from({ length: spans }, (_, i) => `span ${i}`),
      payload: "x".repeat(1_500),
      flush: "awaited",
    });
    await ask(worker, "work", work(5));
    const before = await measure(worker);
    assert.ok(before.wasmBytes <= 256 << 10, shown(before));
    let most = 0;
    const looking = setInterval(async () => {
      const { wasmBytes } = await ask(worker, "memory");
      most = Math.max(most, wasmBytes);
    }, 10);
    await ask(worker, "work", work(10_000));
    clearInterval(looking);
    for (let i = 0; i < 10; i++) await ask(worker, "work", work(1));
    const after = await measure(worker);
    t.diagnostic(`most ${(most / MIB).toFixed(1)} MiB, then ${shown(after)}`);
    assert.ok(most > 10 * MIB, `${most}`);
    assert.equal(after.stats.exported, 10_015);
    assert.equal(after.wasmBytes, before.wasmBytes);
  });

  test("1,000 requests killed while they flush leave little memory, and their spans arrive", async (t) => {
    const collector = await startCollector(t);
    collector.behave({ hang: true });
    const { worker, options } = await start(t, collector.url, {
      traceExportTimeoutMillis: 600,
      maxQueueBytes: 16 * MIB,
    });
    const before = await measure(worker);
    // Either its client leaves, or it ends without waitUntil for its flush.
    const kill = async (i) => {
      const gone = new AbortController();
      const flush = i % 2 === 0 ? "awaited" : "unwaited";
      const work = { options, names: ["a", "b"], flush };
      setTimeout(() => gone.abort(), 40 + Math.random() * 80);
      const call = worker.call("work", work, { signal: gone.signal });
      // Node's fetch may forget a signal whose abort came at a bad moment.
      await Promise.race([call.catch(() => {}), wait(2_000)]);
    };
    await many(500, kill);
    const half = await measure(worker);
    t.diagnostic(`500 killed: ${shown(half)}`);
    await many(500, kill);
    const after = await measure(worker);
    t.diagnostic(`1,000 killed: ${shown(after)}`);

    collector.behave({});
    const gaveUpAt = Date.now() + 30_000;
    let last;
    do {
      last = await ask(worker, "drain", { options });
      assertBalanced(last.stats);
      assert.ok(Date.now() < gaveUpAt, JSON.stringify(last));
    } while (last.stats.buffered + last.stats.inFlight > 0);
    const drained = await measure(worker);
    t.diagnostic(`drained: ${shown(drained)} ${JSON.stringify(last.stats)}`);

    const { stats } = drained;
    assert.ok(stats.recorded > 1_000, JSON.stringify(stats));
    assert.equal(stats.exported + stats.unconfirmed, stats.recorded);
    assert.ok(after.wasmBytes <= before.wasmBytes + 16 * MIB, shown(after));
    assert.ok(after.heapBytes <= before.heapBytes + 16 * MIB, shown(after));
    // The state of killed requests is released once it has expired.
    await wait(ABANDONED_MS + options.traceExportTimeoutMillis);
    await ask(worker, "drain", { options });
    const { pendingFlushes } = await ask(worker, "memory");
    assert.equal(pendingFlushes, 0, shown(drained));
    assert.ok(drained.wasmBytes <= half.wasmBytes + 4 * MIB, shown(drained));
  });
});
