// Concurrent flushes: none waits for another's server, and none sends a batch that another is sending.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gate, startCollector } from "./support/collector.mjs";
import { assertBalanced } from "./support/ledger.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

describe("concurrent flushes in workerd", { concurrency: 3 }, () => {
  for (const [mode, { flags }] of Object.entries(MODES)) {
    describe(mode, { concurrency: 3 }, () => {
      test("a slow destination does not delay a fast one", async (t) => {
        const [slow, fast] = [await startCollector(t), await startCollector(t)];
        const worker = await startWorker(t, "app.js", { flags });
        const held = gate();
        slow.behave({ gate: held.promise });
        const toSlow = { projectApiKey: "slow", baseUrl: slow.url };
        const toFast = { projectApiKey: "fast", baseUrl: fast.url };
        const first = worker.call("record-and-flush", {
          options: toSlow,
          names: ["a"],
        });
        await slow.until(() => slow.requests.length === 1);
        // This flush covers the slow span as well, and still sends its own request.
        const second = worker.call("record-and-flush", {
          options: toFast,
          names: ["b"],
        });
        await fast.until(() => fast.answered === 1);
        assert.equal(slow.answered, 0);
        held.open();
        const [one, two] = await Promise.all([first, second]);
        assert.equal(one.report.exported, 1);
        assert.equal(two.report.exported, 1);
        assert.equal(two.report.ok, true);
        assert.deepEqual(slow.names(), ["a"]);
        assert.deepEqual(fast.names(), ["b"]);
        assert.equal(slow.requests[0].key, "slow");
        assert.equal(fast.requests[0].key, "fast");
        assertBalanced((await worker.call("state")).stats);
      });

      test("a destination that hangs does not delay others", async (t) => {
        const [stuck, fine] = [
          await startCollector(t),
          await startCollector(t),
        ];
        const worker = await startWorker(t, "app.js", { flags });
        stuck.behave({ hang: true });
        const budget = { traceExportTimeoutMillis: 1_500 };
        await worker.call("record", {
          options: { projectApiKey: "s", baseUrl: stuck.url, ...budget },
          names: ["a"],
        });
        const { report, stats } = await worker.call("record-and-flush", {
          options: { projectApiKey: "f", baseUrl: fine.url, ...budget },
          names: ["b"],
        });
        // In one flush, the hanging destination comes first.
        assert.equal(report.exported, 1, JSON.stringify(report));
        assert.equal(report.pending, 1);
        assert.equal(report.error.code, "timeout");
        assert.deepEqual(fine.names(), ["b"]);
        assertBalanced(stats);
      });

      test("two flushes of the same spans send them once, and both wait", async (t) => {
        const collector = await startCollector(t);
        const worker = await startWorker(t, "app.js", { flags });
        const options = { projectApiKey: "key", baseUrl: collector.url };
        const held = gate();
        collector.behave({ gate: held.promise });
        const done = [];
        const both = worker
          .call("flush-twice", { options, names: ["a", "b"] })
          .then((reports) => (done.push("both"), reports));
        await collector.until(() => collector.requests.length === 1);
        const third = worker
          .call("flush")
          .then(({ report }) => (done.push("third"), report));
        // Nothing else happens that a test could wait for; too short a pause hides a bug, never
        // makes one up.
        await new Promise((resolve) => setTimeout(resolve, 300));
        assert.deepEqual(done, []);
        held.open();
        const reports = [...(await both), await third];
        assert.equal(collector.requests.length, 1);
        assert.deepEqual(collector.names(), ["a", "b"]);
        for (const report of reports) assert.equal(report.ok, true);
        // Each report counts what its own requests settled.
        assert.deepEqual(
          reports.map(({ exported }) => exported).sort(),
          [0, 0, 2],
        );
        assertBalanced((await worker.call("state")).stats);
      });

      test("many concurrent requests deliver every span once", async (t) => {
        const collector = await startCollector(t);
        const worker = await startWorker(t, "app.js", { flags });
        collector.behave(() => ({
          gate: new Promise((resolve) => setTimeout(resolve, 20)),
        }));
        const names = [];
        const calls = Array.from({ length: 30 }, (_, i) => {
          names.push(`${i} a`, `${i} b`);
          return worker.call("answer", {
            options: { projectApiKey: `key ${i % 3}`, baseUrl: collector.url },
            names: [`${i} a`, `${i} b`],
          });
        });
        await Promise.all(calls);
        await collector.until(() => collector.spans.length >= names.length);
        assert.deepEqual(collector.names(), names.sort());
        for (const { key, spans } of collector.requests)
          for (const { name } of spans)
            assert.equal(key, `key ${parseInt(name) % 3}`);
        const { report, stats } = await worker.call("flush");
        assert.equal(report.ok, true);
        assert.equal(stats.exported, names.length);
        assertBalanced(stats);
      });
    });
  }
});
