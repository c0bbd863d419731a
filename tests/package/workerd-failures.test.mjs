// What a Worker reports, and which spans it keeps, when the collector is down or refuses.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deadUrl, startCollector } from "./support/collector.mjs";
import { partialSuccess } from "./support/decode.mjs";
import { assertBalanced } from "./support/ledger.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

// How much later than its limit a flush may be on a slow machine.
const PATIENCE_MS = 2_000;

const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };
const json = (partialSuccess) => ({
  headers: JSON_TYPE,
  body: JSON.stringify({ partialSuccess }),
});
const PART = { exported: 1, rejected: 1, code: "partial_success" };
const NONE = { exported: 0, rejected: 2 };

/** The report of two spans for each answer. */
const ANSWERS = [
  { status: 200, exported: 2 },
  { status: 204, exported: 2 },
  { status: 200, body: partialSuccess(1), ...PART },
  { status: 200, ...json({ rejectedSpans: "1" }), ...PART },
  { status: 200, ...json({ rejected_spans: 1 }), ...PART },
  // Some collectors leave the content type out.
  { status: 200, body: json({ rejectedSpans: 1 }).body, ...PART },
  { status: 200, ...json({ rejectedSpans: "7" }), ...PART, ...NONE },
  { status: 200, ...json({ rejectedSpans: "-1" }), exported: 2 },
  { status: 200, ...json("garbage"), exported: 2 },
  { status: 200, headers: JSON_TYPE, body: "{", exported: 2 },
  { status: 200, body: "<html>ok</html>", exported: 2 },
  { status: 400, rejected: 2, code: "refused" },
  { status: 401, rejected: 2, code: "unauthorized" },
  { status: 403, rejected: 2, code: "unauthorized" },
  { status: 404, rejected: 2, code: "refused" },
  // These are sent again, and then accepted.
  { status: 408, exported: 2, attempts: 2, redelivered: 2 },
  { status: 429, exported: 2, attempts: 2 },
  { status: 500, exported: 2, attempts: 2, redelivered: 2 },
  { status: 503, exported: 2, attempts: 2 },
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

      test("spans wait for a later flush while the collector is down", async (t) => {
        const { collector, worker, options } = await start(t);
        // There is time for three attempts, and not for a fourth.
        const brief = { ...options, traceExportTimeoutMillis: 850 };
        const dead = { ...brief, baseUrl: await deadUrl() };
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

        // A server starts at the same address.
        collector.behave({ reset: true });
        const cut = { options: brief, names: ["d"] };
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

      test("spans that got a 503 arrive once, later", async (t) => {
        const { collector, worker, options } = await start(t);
        // The time is after the end of the budget, so the flush does not wait for it.
        collector.behave({ status: 503, headers: { "retry-after": "2" } });
        const brief = { ...options, traceExportTimeoutMillis: 1_500 };
        for (const names of [["a"], ["b", "c"]])
          await worker.call("record-and-flush", { options: brief, names });
        assert.equal(collector.requests.length, 1);
        collector.behave({});
        const { report, stats } = await worker.call("flush", { options });
        assert.equal(report.ok, true);
        assert.equal(report.error, undefined);
        assert.equal(report.exported, 3);
        assert.deepEqual(collector.names(), ["a", "b", "c"]);
        assert.equal(stats.redelivered, 0);
        assertBalanced(stats);
      });

      test("a hanging collector delays a flush by the budget at most", async (t) => {
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

        // It may have arrived, so it is sent a second time and not a third.
        collector.behave({});
        const later = await worker.call("flush", { options });
        assert.equal(later.report.exported, 1);
        assert.equal(later.stats.redelivered, 1);
        assertBalanced(later.stats);
        assert.equal((await worker.call("flush")).report.attempts, 0);
      });

      test("a body that never ends delays a flush by the budget at most", async (t) => {
        const { collector, worker, options } = await start(t);
        collector.behave({ headers: { "content-length": "10" }, body: "x" });
        const slow = { ...options, traceExportTimeoutMillis: 500 };
        await worker.call("record", { options: slow, names: ["a"] });
        const { report, took, stats } = await worker.call("flush");
        assert.ok(took < 600 + PATIENCE_MS, `${took} ms`);
        assert.equal(report.exported, 1);
        assertBalanced(stats);
      });

      test("the report and the ledger show each outcome", async (t) => {
        const { collector, worker, options } = await start(t);
        const expected = {
          exported: 0,
          rejected: 0,
          unconfirmed: 0,
          redelivered: 0,
          recorded: 0,
        };
        for (const [row, answer] of ANSWERS.entries()) {
          const { status, headers, body, code, ...counts } = answer;
          const { exported = 0, rejected = 0, attempts = 1 } = counts;
          let first = true;
          collector.behave(() => {
            const now = first ? { status, headers, body } : {};
            first = false;
            return now;
          });
          const { report, stats } = await worker.call("record-and-flush", {
            // Each case has its own key, because after a 401 its key is held for a while.
            options: { ...options, projectApiKey: `key ${row}` },
            names: ["a", "b"],
          });
          const context = `${row}, ${status}: ${JSON.stringify(report)}`;
          assert.equal(report.ok, exported === 2, context);
          assert.equal(report.exported, exported, context);
          assert.equal(report.rejected, rejected, context);
          assert.equal(report.pending, 0, context);
          assert.equal(report.error?.code, code, context);
          assert.equal(report.error?.status, code && status, context);
          assert.equal(report.attempts, attempts, context);
          assert.deepEqual(report.dropped, {}, context);
          expected.recorded += 2;
          expected.exported += exported;
          expected.rejected += rejected;
          expected.redelivered += counts.redelivered ?? 0;
          for (const [name, count] of Object.entries(expected))
            assert.equal(stats[name], count, `${name} after ${context}`);
          assertBalanced(stats);
        }
      });

      test("messages of a server are cut, and a long body is not read to its end", async (t) => {
        const { collector, worker, options } = await start(t);
        for (const [status, exported] of [
          [400, 0],
          [200, 1],
        ]) {
          const body = Buffer.alloc(8 << 20, "é");
          collector.behave({ status, body });
          const { report } = await worker.call("record-and-flush", {
            options,
            names: ["a"],
          });
          const context = JSON.stringify(report).slice(0, 500);
          assert.equal(report.exported, exported, context);
          const { message = "" } = report.error ?? {};
          assert.ok(message.length < 250, context);
          if (status === 400) assert.match(message, /^HTTP 400 é+$/);
        }
      });

      test("413 splits a batch until it is accepted; a span that never is gets counted", async (t) => {
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

      test("a redirect does not count as a delivery", async (t) => {
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
