// What a Worker learns, and keeps, when the collector is away or says no.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deadUrl, startCollector } from "./support/collector.mjs";
import { partialSuccess } from "./support/decode.mjs";
import { assertBalanced } from "./support/ledger.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

// What a slow machine may add to a time limit before a test calls it broken.
const PATIENCE_MS = 2_000;

/** What each answer makes of two spans. */
const ANSWERS = [
  { status: 200, exported: 2 },
  { status: 204, exported: 2 },
  { status: 200, body: partialSuccess(1), exported: 1, rejected: 1 },
  { status: 200, body: "<html>ok</html>", exported: 2 },
  { status: 400, rejected: 2, code: "refused" },
  { status: 401, rejected: 2, code: "unauthorized" },
  { status: 403, rejected: 2, code: "unauthorized" },
  { status: 404, rejected: 2, code: "refused" },
  { status: 429, pending: 2, code: "unavailable" },
  { status: 500, pending: 2, code: "server_error" },
  { status: 503, pending: 2, code: "unavailable" },
];

describe("failures in workerd", { concurrency: 3 }, () => {
  for (const [mode, { flags }] of Object.entries(MODES)) {
    describe(mode, { concurrency: 3 }, () => {
      const start = async (t) => {
        const collector = await startCollector(t);
        const worker = await startWorker(t, "app.js", { flags });
        const options = { projectApiKey: "key", baseUrl: collector.url };
        return { collector, worker, options };
      };

      test("a dead collector leaves the spans for a later flush", async (t) => {
        const { collector, worker, options } = await start(t);
        const dead = { ...options, baseUrl: await deadUrl() };
        const names = ["a", "b", "c"];
        const body = { options: dead, names };
        const { report, stats } = await worker.call("record-and-flush", body);
        assert.equal(report.ok, false);
        assert.equal(report.pending, 3);
        assert.equal(report.exported, 0);
        assert.equal(report.error.code, "network");
        assert.equal(typeof report.error.message, "string");
        assert.equal(stats.buffered, 3);
        assertBalanced(stats);

        // The same address comes to life.
        collector.behave({ reset: true });
        const cut = { options, names: ["d"] };
        const reset = await worker.call("record-and-flush", cut);
        assert.equal(reset.report.pending, 4);
        assert.equal(reset.report.error.code, "network");
        collector.behave({});
        const later = await worker.call("flush");
        assert.equal(later.report.exported, 1);
        assert.equal(later.report.pending, 3);
        assert.equal(later.stats.exported, 1);
        assertBalanced(later.stats);
      });

      test("spans that met an unavailable collector arrive once, later", async (t) => {
        const { collector, worker, options } = await start(t);
        collector.behave({ status: 503 });
        for (const names of [["a"], ["b", "c"]])
          await worker.call("record-and-flush", { options, names });
        collector.behave({});
        const { report, stats } = await worker.call("flush");
        assert.equal(report.ok, true);
        assert.equal(report.error, undefined);
        assert.equal(report.exported, 3);
        assert.deepEqual(collector.names(), ["a", "b", "c"]);
        assert.equal(stats.redelivered, 0);
        assertBalanced(stats);
      });

      test("a hanging collector costs no more than the budget", async (t) => {
        const { collector, worker, options } = await start(t);
        collector.behave({ hang: true });
        const slow = { ...options, traceExportTimeoutMillis: 500 };
        await worker.call("record", { options: slow, names: ["a"] });
        const { report, took, stats } = await worker.call("flush");
        assert.ok(took < 600 + PATIENCE_MS, `${took} ms`);
        assert.equal(report.ok, false);
        assert.equal(report.error.code, "timeout");
        assert.equal(report.pending, 1);
        assert.equal(stats.buffered, 1);
        assertBalanced(stats);

        // It may have arrived, so it is sent once more and no third time.
        collector.behave({});
        const later = await worker.call("flush", { options });
        assert.equal(later.report.exported, 1);
        assert.equal(later.stats.redelivered, 1);
        assertBalanced(later.stats);
        assert.equal((await worker.call("flush")).report.attempts, 0);
      });

      test("a body that never ends costs no more than the budget either", async (t) => {
        const { collector, worker, options } = await start(t);
        collector.behave({ headers: { "content-length": "10" }, body: "x" });
        const slow = { ...options, traceExportTimeoutMillis: 500 };
        await worker.call("record", { options: slow, names: ["a"] });
        const { report, took, stats } = await worker.call("flush");
        assert.ok(took < 600 + PATIENCE_MS, `${took} ms`);
        assert.equal(report.exported, 1);
        assertBalanced(stats);
      });

      test("each answer has its outcome, in the report and in the ledger", async (t) => {
        const { collector, worker, options } = await start(t);
        const expected = {
          exported: 0,
          rejected: 0,
          unconfirmed: 0,
          recorded: 0,
        };
        for (const { status, body, code, ...counts } of ANSWERS) {
          const { exported = 0, rejected = 0, pending = 0 } = counts;
          collector.behave({ status, body: status === 204 ? undefined : body });
          const names = ["a", "b"];
          const first = await worker.call("record-and-flush", {
            options,
            names,
          });
          const context = `${status}: ${JSON.stringify(first)}`;
          const { report } = first;
          assert.equal(report.ok, exported === 2, context);
          assert.equal(report.exported, exported, context);
          assert.equal(report.rejected, rejected, context);
          assert.equal(report.pending, pending, context);
          assert.equal(report.error?.code, code, context);
          assert.equal(report.error?.status, code && status, context);
          assert.equal(report.attempts, 1, context);
          assert.deepEqual(report.dropped, {}, context);
          assert.equal(first.stats.buffered, pending, context);
          collector.behave({});
          const again = await worker.call("flush");
          assert.equal(again.report.exported, pending, context);
          expected.recorded += 2;
          expected.exported += exported + pending;
          expected.rejected += rejected;
          const { stats } = again;
          for (const [name, count] of Object.entries(expected))
            assert.equal(stats[name], count, `${name} after ${context}`);
          assertBalanced(stats);
        }
      });

      test("413 splits a batch until it passes; what never passes is counted", async (t) => {
        const { collector, worker, options } = await start(t);
        collector.behave(({ spans }) => ({
          status:
            spans.length > 2 || spans.some(({ name }) => name === "fat")
              ? 413
              : 200,
        }));
        const names = [..."abcdefg", "fat"];
        const { report, stats } = await worker.call("record-and-flush", {
          options,
          names,
        });
        assert.equal(report.exported, 7);
        assert.deepEqual(report.dropped, { payload_too_large: 1 });
        assert.equal(report.pending, 0);
        assert.equal(report.ok, false);
        assert.deepEqual(collector.names(), [..."abcdefg"]);
        assert.equal(stats.dropped.payload_too_large, 1);
        assertBalanced(stats);
      });

      test("a redirect is no delivery", async (t) => {
        const { collector, worker, options } = await start(t);
        collector.behave(({ method }) =>
          method === "POST"
            ? { status: 302, headers: { location: "/elsewhere" } }
            : { status: 200 },
        );
        const { report, stats } = await worker.call("record-and-flush", {
          options,
          names: ["a"],
        });
        assert.equal(report.exported, 0, JSON.stringify(report));
        assert.equal(report.ok, false);
        assertBalanced(stats);
      });
    });
  }
});
