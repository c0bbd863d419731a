// Spans that the program does not flush, in real workerd, where a timer dies with its request; and the budget
// of a flush.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startCollector } from "./support/collector.mjs";
import { assertBalanced } from "./support/ledger.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

async function start(t, flags, more = {}) {
  const collector = await startCollector(t);
  const worker = await startWorker(t, "background.js", {
    flags,
    options: { durableObjects: { ROOM: "Room" } },
  });
  const options = { projectApiKey: "key", baseUrl: collector.url, ...more };
  return { collector, worker, options };
}

/** Returns the Worker's figures once it has settled all answers and called `onReport`. */
async function settled(worker) {
  for (;;) {
    const state = await worker.call("state");
    assertBalanced(state.stats);
    const told = state.reports.reduce((sum, { exported }) => sum + exported, 0);
    if (state.stats.inFlight === 0 && told === state.stats.exported)
      return state;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// A timer may be late because the machine is busy, which is no fault of a flush.
const SLACK_MS = 1_000;

for (const [mode, { flags }] of Object.entries(MODES)) {
  describe(`without a flush, in workerd with ${mode}`, () => {
    test("a Durable Object's spans are sent after the delay", async (t) => {
      const { collector, worker, options } = await start(t, flags, {
        scheduledDelayMillis: 100,
      });
      await worker.call("room", { options, names: ["first"] });
      await collector.until(() => collector.names().includes("first"));
      await worker.call("room", { options, names: ["second"] });
      await collector.until(() => collector.names().includes("second"));
      const { stats, reports } = await settled(worker);
      assert.equal(stats.exported, 2);
      assert.equal(stats.redelivered, 0);
      assert.equal(
        reports.reduce((sum, report) => sum + report.exported, 0),
        2,
      );
    });

    test("a long request sends after the delay; the spans of a short one wait for the next flush", async (t) => {
      const { collector, worker, options } = await start(t, flags, {
        scheduledDelayMillis: 100,
      });
      await worker.call("brief", { options, names: ["brief"] });
      await new Promise((resolve) => setTimeout(resolve, 400));
      assert.equal(collector.requests.length, 0);
      // A timer that died with its request does not block later ones.
      const lasting = { options, names: ["lasting"], ms: 800 };
      await worker.call("lasting", lasting);
      assert.deepEqual(collector.names(), ["brief", "lasting"]);
      const { stats } = await settled(worker);
      assert.equal(stats.exported, 2);
    });

    test("a full batch is sent although the request ends at once", async (t) => {
      const { collector, worker, options } = await start(t, flags, {
        maxExportBatchSize: 5,
      });
      const names = Array.from({ length: 12 }, (_, i) => `n${i}`);
      await worker.call("brief", { options, names });
      await collector.until(() => collector.spans.length === 10);
      const { stats } = await settled(worker);
      assert.equal(stats.buffered, 2);
      assert.equal(stats.redelivered, 0);
    });

    test("disableBatch sends without a flush", async (t) => {
      const { collector, worker, options } = await start(t, flags, {
        disableBatch: true,
      });
      await worker.call("brief", { options, names: ["a", "b", "c"] });
      await collector.until(() => collector.spans.length === 3);
    });
  });
}

describe("how long a flush takes", () => {
  test("retries stay within the budget", async (t) => {
    const { collector, worker, options } = await start(t, [], {
      traceExportTimeoutMillis: 1_500,
    });
    collector.behave({ status: 503 });
    const { report, tookMs } = await worker.call("timed", {
      options,
      names: ["a"],
    });
    assert.equal(report.pending, 1);
    assert.ok(report.attempts > 2, JSON.stringify(report));
    assert.ok(tookMs < 1_600 + SLACK_MS, `${tookMs} ms`);
    collector.behave({});
    const next = await worker.call("timed", { options, names: [] });
    assert.equal(next.report.exported, 1);
  });

  test("a collector that hangs delays a flush by the budget at most", async (t) => {
    const { collector, worker, options } = await start(t, [], {
      traceExportTimeoutMillis: 700,
    });
    collector.behave({ hang: true });
    const { tookMs } = await worker.call("timed", { options, names: ["a"] });
    assert.ok(tookMs >= 650 && tookMs < 800 + SLACK_MS, `${tookMs} ms`);
  });

  test("a flush does not wait for a destination that refused the key", async (t) => {
    const { collector, worker, options } = await start(t, []);
    collector.behave({ status: 401 });
    await worker.call("timed", { options, names: ["a"] });
    const { report, tookMs } = await worker.call("timed", {
      options,
      names: ["b"],
    });
    assert.equal(report.pending, 1);
    assert.deepEqual(
      [report.error.code, report.error.status, report.attempts],
      ["unauthorized", 401, 0],
    );
    assert.ok(tookMs < 1_000 + SLACK_MS, `${tookMs} ms`);
    assert.equal(collector.requests.length, 1);
    // Another key is another destination.
    collector.behave({});
    const other = { ...options, projectApiKey: "another" };
    const { report: fine } = await worker.call("timed", {
      options: other,
      names: ["c"],
    });
    assert.equal(fine.exported, 1);
  });

  test("shutdown is bounded, and counts what it could not send under a reason", async (t) => {
    const { collector, worker, options } = await start(t, [], {
      traceExportTimeoutMillis: 600,
    });
    collector.behave({ status: 503 });
    const { report, tookMs, stats } = await worker.call("shutdown", {
      options,
      names: ["a", "b"],
    });
    assert.ok(tookMs < 700 + SLACK_MS, `${tookMs} ms`);
    assert.deepEqual(report.dropped, { shutdown: 2 });
    assert.deepEqual(stats.dropped, { shutdown: 2 });
    assertBalanced(stats);
  });
});

test("after forceFlush nothing that was active is a parent", async (t) => {
  const { collector, worker, options } = await start(t, ["nodejs_als"]);
  await worker.call("force-flush", { options });
  const below = collector.span("below");
  const next = collector.span("next");
  assert.notEqual(below.parentSpanId, "");
  assert.ok(!next.parentSpanId, JSON.stringify(next.parentSpanId));
  assert.notEqual(next.traceId, below.traceId);
});
