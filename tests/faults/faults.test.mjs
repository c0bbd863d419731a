// Each fault in workerd: the report of the flush that meets it, and of the next one, when the collector works
// again.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertBalanced, difference } from "../package/support/ledger.mjs";
import { startWorker } from "../package/support/workerd.mjs";
import { startFaultCollector } from "./collector.mjs";

const BUDGET_MS = 600;
// How much later than its limit a flush may be on a slow machine.
const PATIENCE_MS = 2_000;

// The first flush's report of two spans; `code` is that of its error.
const delivered = { exported: 2 };
const partly = { exported: 1, rejected: 1, code: "partial_success" };
const refused = { rejected: 2, code: "refused" };
const unauthorized = { rejected: 2, code: "unauthorized" };
const tooLarge = {
  dropped: { payload_too_large: 2 },
  code: "payload_too_large",
};
const kept = (code) => ({ pending: 2, code });
const lost = (code) => ({ dropped: { unconfirmed: 2 }, code });
// The second flush's report. `copies` is how often the collector has a span in the end.
const nothing = (copies) => ({ attempts: 0, copies });
const sent = { exported: 2, copies: 1 };

/** A list is one fault for each request in turn, the last one staying. */
const FAULTS = [
  ["ok", delivered, nothing(1)],
  ["204", delivered, nothing(1)],
  ["slow-headers:150", delivered, nothing(1)],
  ["slow-body:150", delivered, nothing(1)],
  ["endless-body", delivered, nothing(1)],
  ["truncated", delivered, nothing(1)],
  ["garbage", delivered, nothing(1)],
  ["flood:8388608", delivered, nothing(1)],
  ["partial:1", partly, nothing(0.5)],
  ["partial-json:1", partly, nothing(0.5)],
  ["302", refused, nothing(0)],
  ["400", refused, nothing(0)],
  ["404", refused, nothing(0)],
  ["401", unauthorized, nothing(0)],
  ["403", unauthorized, nothing(0)],
  ["too-large:700", delivered, nothing(1)],
  ["413", tooLarge, nothing(0)],
  ["503,ok", delivered, nothing(1)],
  ["retry-after:0,ok", delivered, nothing(1)],
  ["429", kept("unavailable"), sent],
  ["502", kept("unavailable"), sent],
  ["503", kept("unavailable"), sent],
  ["504", kept("unavailable"), sent],
  ["retry-after:1", kept("unavailable"), sent],
  ["retry-at:2", kept("unavailable"), sent],
  ["reset-before-body,ok", delivered, nothing(1)],
  ["reset-after-body,ok", delivered, nothing(1)],
  ["reset-before-body", kept("network"), sent],
  ["reset-after-body", kept("network"), sent],
  // The sender cannot tell it from a reset before the spans were kept.
  ["accept-then-reset-after-body,ok", delivered, nothing(2)],
];

const AGAIN = { redelivered: 2 };

const MODES = {
  "at-least-once": [
    ...FAULTS,
    ["hang", kept("timeout"), { ...sent, ...AGAIN }],
    ["accept-then-hang", kept("timeout"), { ...sent, ...AGAIN, copies: 2 }],
    ["slow-headers:1500", kept("timeout"), { ...sent, ...AGAIN, copies: 2 }],
    ["408,ok", { ...delivered, ...AGAIN }, nothing(1)],
    ["500,ok", { ...delivered, ...AGAIN }, nothing(1)],
    ["501,ok", { ...delivered, ...AGAIN }, nothing(1)],
    ["accept-then-500,ok", { ...delivered, ...AGAIN }, nothing(2)],
    ["500", { ...lost("server_error"), ...AGAIN }, nothing(0)],
  ],
  "at-most-once": [
    ...FAULTS,
    ["hang", lost("timeout"), nothing(0)],
    ["accept-then-hang", lost("timeout"), nothing(1)],
    ["slow-headers:1500", lost("timeout"), nothing(1)],
    ["408,ok", lost("server_error"), nothing(0)],
    ["500,ok", lost("server_error"), nothing(0)],
    ["501,ok", lost("server_error"), nothing(0)],
    ["accept-then-500,ok", lost("server_error"), nothing(1)],
  ],
};

for (const [redelivery, faults] of Object.entries(MODES)) {
  describe(`faults in workerd, ${redelivery}`, () => {
    let worker;
    const ended = [];
    before(async () => {
      const t = { after: (end) => ended.push(end) };
      worker = await startWorker(t, "app.js");
    });
    after(() => Promise.all(ended.map((end) => end())));

    for (const [fault, first, second] of faults) {
      test(fault, async (t) => {
        const collector = await startFaultCollector({
          faults: fault.split(","),
        });
        t.after(collector.close);
        const options = {
          projectApiKey: "key",
          baseUrl: collector.url,
          redelivery,
          traceExportTimeoutMillis: BUDGET_MS,
        };
        const before = (await worker.call("state")).stats;
        await worker.call("record", { options, names: ["a", "b"] });

        const { report, stats, took } = await worker.call("flush");
        const { exported = 0, rejected = 0, pending = 0, dropped = {} } = first;
        const told = JSON.stringify(report);
        assert.ok(took < BUDGET_MS + PATIENCE_MS, `${took} ms`);
        assert.equal(report.exported, exported, told);
        assert.equal(report.rejected, rejected, told);
        assert.equal(report.pending, pending, told);
        assert.deepEqual(report.dropped, dropped, told);
        assert.equal(report.ok, exported === 2, told);
        assert.equal(report.error?.code, first.code, told);
        assertBalanced(stats);
        const change = difference(before, stats);
        assert.equal(change.recorded, 2);
        assert.equal(change.buffered ?? 0, pending);
        assert.equal(change.exported ?? 0, exported);
        assert.equal(change.rejected ?? 0, rejected);

        collector.behave("ok");
        const patient = { ...options, traceExportTimeoutMillis: 10_000 };
        const later = await worker.call("flush", { options: patient });
        const { redelivered = first.redelivered ?? 0, attempts = 1 } = second;
        const toldLater = JSON.stringify(later);
        assert.equal(later.report.ok, true, toldLater);
        assert.equal(later.report.exported, second.exported ?? 0, toldLater);
        assert.equal(later.report.attempts, attempts, toldLater);
        assertBalanced(later.stats);
        assert.equal(later.stats.buffered + later.stats.inFlight, 0);
        const all = difference(before, later.stats);
        assert.equal(all.redelivered ?? 0, redelivered);
        const arrived = collector.requests.flatMap(({ accepted }) => accepted);
        assert.equal(arrived.length, 2 * second.copies);
      });
    }
  });
}

describe("destinations that cool down, in workerd", () => {
  for (const [fault, first] of [
    ["401", unauthorized],
    ["403", unauthorized],
    ["retry-after:3600", kept("unavailable")],
    ["retry-at:3600", kept("unavailable")],
  ]) {
    test(`${fault}: a destination gets nothing for a while, and another key's gets its spans`, async (t) => {
      const collector = await startFaultCollector({ faults: [fault, "ok"] });
      t.after(collector.close);
      const worker = await startWorker(t, "app.js");
      const options = {
        projectApiKey: "key",
        baseUrl: collector.url,
        traceExportTimeoutMillis: BUDGET_MS,
      };
      const flushed = (names, more) => {
        const body = { options: { ...options, ...more }, names };
        return worker.call("record-and-flush", body);
      };
      const { report } = await flushed(["a", "b"]);
      assert.equal(report.rejected, first.rejected ?? 0);
      assert.equal(report.pending, first.pending ?? 0);
      assert.equal(report.error.code, first.code);
      const later = await flushed(["c"]);
      assert.equal(later.report.attempts, 0, JSON.stringify(later));
      assert.equal(later.report.pending, report.pending + 1);
      const other = await flushed(["d"], { projectApiKey: "another" });
      assert.equal(other.report.exported, 1, JSON.stringify(other));
      assert.equal(other.stats.buffered, report.pending + 1);
      assertBalanced(other.stats);
      assert.deepEqual(
        collector.requests.map(({ key }) => key),
        ["key", "another"],
      );
    });
  }
});
