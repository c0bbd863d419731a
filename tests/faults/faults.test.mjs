// Each fault in workerd: what the flush that meets it reports, and what the next one makes of it when
// the collector is well again.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertBalanced, difference } from "../package/support/ledger.mjs";
import { startWorker } from "../package/support/workerd.mjs";
import { startFaultCollector } from "./collector.mjs";

const BUDGET_MS = 600;
// What a slow machine may add to a time limit before a test calls it broken.
const PATIENCE_MS = 2_000;

// Of two spans, at the first flush. `code` is that of the report's error.
const delivered = { exported: 2 };
const refused = { rejected: 2, code: "refused" };
const unauthorized = { rejected: 2, code: "unauthorized" };
const kept = (code) => ({ pending: 2, code });
const lost = (code) => ({ dropped: { unconfirmed: 2 }, code });
// And at the second. `kept` says how often the collector has each span in the end.
const nothing = (kept) => ({ attempts: 0, kept });
const sent = { exported: 2, kept: 1 };
const sentAgain = { exported: 2, redelivered: 2, kept: 1 };
const doubled = { ...sentAgain, kept: 2 };

const FAULTS = [
  ["ok", delivered, nothing(1)],
  ["204", delivered, nothing(1)],
  ["slow-headers:150", delivered, nothing(1)],
  ["slow-body:150", delivered, nothing(1)],
  ["endless-body", delivered, nothing(1)],
  ["truncated", delivered, nothing(1)],
  ["garbage", delivered, nothing(1)],
  ["flood:8388608", delivered, nothing(1)],
  ["partial:1", { exported: 1, rejected: 1 }, nothing(0.5)],
  ["partial-json:1", { exported: 1, rejected: 1 }, nothing(0.5)],
  ["302", refused, nothing(0)],
  ["400", refused, nothing(0)],
  ["404", refused, nothing(0)],
  ["401", unauthorized, nothing(0)],
  ["403", unauthorized, nothing(0)],
  ["too-large:700", delivered, nothing(1)],
  [
    "413",
    { dropped: { payload_too_large: 2 }, code: "payload_too_large" },
    nothing(0),
  ],
  ["429", kept("unavailable"), sent],
  ["502", kept("unavailable"), sent],
  ["503", kept("unavailable"), sent],
  ["504", kept("unavailable"), sent],
  ["retry-after:1", kept("unavailable"), sent],
  ["retry-at:1", kept("unavailable"), sent],
  ["reset-before-body", kept("network"), sent],
  ["reset-after-body", kept("network"), sent],
  // Nobody can tell it from the one above.
  ["accept-then-reset-after-body", kept("network"), { ...sent, kept: 2 }],
];

const DOUBTFUL = [
  ["hang", "timeout", sentAgain],
  ["accept-then-hang", "timeout", doubled],
  ["slow-headers:1500", "timeout", doubled],
  ["408", "server_error", sentAgain],
  ["500", "server_error", sentAgain],
  ["501", "server_error", sentAgain],
  ["accept-then-500", "server_error", doubled],
];

const MODES = {
  "at-least-once": [
    ...FAULTS,
    ...DOUBTFUL.map(([fault, code, then]) => [fault, kept(code), then]),
  ],
  "at-most-once": [
    ...FAULTS,
    ...DOUBTFUL.map(([fault, code, { kept }]) => [
      fault,
      lost(code),
      nothing(kept - 1),
    ]),
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
        const collector = await startFaultCollector({ faults: fault });
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
        const { redelivered = 0, attempts = 1 } = second;
        const toldLater = JSON.stringify(later);
        assert.equal(later.report.ok, true, toldLater);
        assert.equal(later.report.exported, second.exported ?? 0, toldLater);
        assert.equal(later.report.attempts, attempts, toldLater);
        assertBalanced(later.stats);
        assert.equal(later.stats.buffered + later.stats.inFlight, 0);
        const all = difference(before, later.stats);
        assert.equal(all.redelivered ?? 0, redelivered);
        const arrived = collector.requests.flatMap(({ accepted }) => accepted);
        assert.equal(arrived.length, 2 * second.kept);
      });
    }
  });
}
