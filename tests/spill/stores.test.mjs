// Cloudflare's stores, in real workerd, while the collector is down for longer than an isolate lives.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { startCollector } from "../package/support/collector.mjs";
import { assertBalanced } from "../package/support/ledger.mjs";
import { startWorker } from "../package/support/workerd.mjs";

const CLAIMING = ["r2", "keyValue", "sqlite"];
const STORES = ["kv", ...CLAIMING];
const NAMES = ["a", "b", "c"];

async function start(t, collector, root) {
  const options = {
    projectApiKey: "key",
    baseUrl: collector.url,
    traceExportTimeoutMillis: 1_500,
  };
  const worker = await startWorker(t, "../../spill/worker.js", {
    bindings: { OPTIONS: options },
    options: {
      defaultPersistRoot: root,
      kvNamespaces: ["KV"],
      kvPersist: true,
      r2Buckets: ["R2"],
      r2Persist: true,
      durableObjects: {
        KEY_VALUE: { className: "KeyValueStore", useSQLite: false },
        SQLITE: { className: "SqliteStore", useSQLite: true },
      },
      durableObjectsPersist: true,
      queueProducers: { QUEUE: "spill" },
      queueConsumers: {
        spill: {
          maxBatchTimeout: 1,
          maxBatchSize: 10,
          maxRetries: 50,
          retryDelay: 1,
        },
      },
      unsafeTriggerHandlers: true,
    },
  });
  return {
    ...worker,
    go: (route, body) => worker.call(route, { options, ...body }),
  };
}

async function setUp(t) {
  const root = await mkdtemp(join(tmpdir(), "spill-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  const collector = await startCollector(t);
  collector.behave({ status: 503 });
  return { root, collector, worker: await start(t, collector, root) };
}

async function spilled(worker, store, body = {}) {
  const { report, stats } = await worker.go("spill", {
    store,
    names: NAMES,
    ...body,
  });
  assertBalanced(stats);
  assert.equal(report.spilled, NAMES.length, JSON.stringify(report));
  assert.equal(stats.spilled, NAMES.length);
}

/** Returns the names of the spans in accepted requests. */
const arrived = (collector) =>
  collector.requests
    .filter(({ status }) => status === 200)
    .flatMap(({ spans }) => spans.map(({ name }) => name))
    .sort();

describe("spill in workerd", { concurrency: 2 }, () => {
  for (const store of STORES) {
    test(`${store}: another isolate delivers what one spilled`, async (t) => {
      const { root, collector, worker } = await setUp(t);
      await spilled(worker, store);
      await worker.stop();
      collector.behave({});
      const next = await start(t, collector, root);
      const { report, stats } = await next.go("drain", { store });
      assert.equal(report.ok, true, JSON.stringify(report));
      assert.deepEqual([report.items, report.delivered], [1, 3]);
      assert.deepEqual([stats.recorded, stats.exported], [0, 0]);
      assert.deepEqual(arrived(collector), NAMES);
      assert.equal((await next.go("drain", { store })).report.items, 0);
    });

    test(`${store}: the same isolate's ledger follows its spans`, async (t) => {
      const { collector, worker } = await setUp(t);
      await spilled(worker, store);
      collector.behave({});
      const { stats } = await worker.go("drain", { store });
      assertBalanced(stats);
      assert.deepEqual([stats.spilled, stats.exported], [0, 3]);
    });

    test(`${store}: two drains at once deliver each item once`, async (t) => {
      const { collector, worker } = await setUp(t);
      for (const name of NAMES)
        await worker.go("spill", { store, names: [name] });
      collector.behave({});
      await worker.go("drain-twice", { store });
      const names = arrived(collector);
      assert.deepEqual([...new Set(names)], NAMES);
      if (CLAIMING.includes(store)) assert.deepEqual(names, NAMES);
      else assert.ok(names.length <= 2 * NAMES.length);
    });

    test(`${store}: items of the declared maximum size fit`, async (t) => {
      const { collector, worker } = await setUp(t);
      const { maxBytes } = await worker.go("state", { store });
      // A batch has 4 MiB at most.
      const size = Math.min(maxBytes, 4 << 20) - 3_000;
      await spilled(worker, store, { sizes: [size, 10, 10] });
      collector.behave({});
      const { report } = await worker.go("drain", { store });
      assert.equal(report.delivered, 3, JSON.stringify(report));
    });
  }

  for (const store of CLAIMING) {
    test(`${store}: items that a dead drain had claimed are delivered later`, async (t) => {
      const { collector, worker } = await setUp(t);
      await spilled(worker, store);
      collector.behave({});
      const claim = { claimMillis: 1_000 };
      const dead = await worker.go("claim-and-die", { store, claim });
      assert.equal(dead.claimed, 1);
      const { report } = await worker.go("drain", { store, claim });
      assert.equal(report.items, 0);
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      const later = await worker.go("drain", { store, claim });
      assert.equal(later.report.delivered, 3);
      // The ended drain may have sent it.
      assert.equal(later.stats.redelivered, 3);
      assert.deepEqual(arrived(collector), NAMES);
    });
  }

  for (const store of CLAIMING) {
    test(`${store}: a claim by a clock that was wrong does not last for ever`, async (t) => {
      const { collector, worker } = await setUp(t);
      await spilled(worker, store);
      collector.behave({});
      // As if the clock had been ahead by eleven days.
      const ahead = { claimMillis: 1e9 };
      await worker.go("claim-and-die", { store, claim: ahead });
      const { report } = await worker.go("drain", { store });
      assert.equal(report.delivered, 3, JSON.stringify(report));
      assert.deepEqual(arrived(collector), NAMES);
    });
  }

  test("a queue's consumer delivers when the collector is back", async (t) => {
    const { collector, worker } = await setUp(t);
    await spilled(worker, "queue", { sizes: [120_000, 120_000, 10] });
    await collector.until(() => collector.requests.length > 4, 30_000);
    collector.behave({});
    await collector.until(() => arrived(collector).length >= 3, 30_000);
    assert.deepEqual([...new Set(arrived(collector))], NAMES);
    await worker.go("state", { store: "queue" });
  });

  test("a queue loses no message of a batch that a drain had no time for", async (t) => {
    const { collector, worker } = await setUp(t);
    const names = ["a", "b", "c", "d", "e"];
    for (const name of names)
      await worker.go("spill", { store: "queue", names: [name] });
    collector.requests.length = 0;
    collector.behave({ hang: true });
    // A drain spends its time on a request without an answer.
    await collector.until(() => collector.requests.length > 0, 30_000);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    collector.behave({});
    const isThere = (name) => arrived(collector).includes(name);
    await collector.until(() => names.every(isThere), 30_000);
    await worker.go("state", { store: "queue" });
  });

  test("a cron drains", async (t) => {
    const { root, collector, worker } = await setUp(t);
    await spilled(worker, "kv");
    await worker.stop();
    collector.behave({});
    const next = await start(t, collector, root);
    await fetch(new URL("/cdn-cgi/handler/scheduled", next.url));
    const { reports } = await next.go("state", { store: "kv" });
    assert.equal(reports[0]?.delivered, 3);
    assert.deepEqual(arrived(collector), NAMES);
  });
});
