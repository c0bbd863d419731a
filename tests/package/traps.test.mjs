// A trap inside wasm ends the instance, not the program: no call throws, every promise settles, and the next
// instance takes over the spans of the dead one.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runScenario } from "./support/child.mjs";
import { startCollector } from "./support/collector.mjs";
import { assertBalanced } from "./support/ledger.mjs";

/** Returns a scenario's result, which must have no uncaught error and at most one warning. */
async function run(t, name, input = {}, behaviour = {}) {
  const collector = await startCollector(t);
  collector.behave(behaviour);
  const options = {
    projectApiKey: "key",
    baseUrl: collector.url,
    // A lease lasts two seconds longer. A busy machine needs this much time to answer.
    traceExportTimeoutMillis: 3_000,
  };
  const { result, said, uncaught } = await runScenario("traps.mjs", name, {
    options,
    ...input,
  });
  assert.deepEqual(uncaught, []);
  assert.equal(said.length, 1, JSON.stringify(said));
  assert.match(said[0].join(" "), /^warn \[laminar-edge\].*was replaced/);
  if (result.stats) assertBalanced(result.stats);
  return { collector, ...result };
}

describe("traps in Node", { concurrency: 3 }, () => {
  test("spans that ended before a trap are delivered once after it", async (t) => {
    const { collector, taken, report, stats } = await run(t, "outsideAFlush");
    assertBalanced(taken);
    assert.equal(taken.recorded, 3);
    assert.equal(taken.buffered, 3);
    assert.equal(report.ok, true);
    assert.equal(report.exported, 3);
    assert.equal(stats.redelivered, 0);
    assert.deepEqual(collector.names(), ["across", "after", "before"]);
    assert.ok(collector.requests.every(({ key }) => key === "key"));
  });

  test("a flush that a trap interrupts uses the answers that came", async (t) => {
    const { collector, trapped, after, reports, stats } = await run(
      t,
      "insideAFlush",
    );
    assert.equal(trapped.ok, true, JSON.stringify(trapped));
    assert.equal(trapped.exported, 2);
    assertBalanced(after);
    assert.equal(after.buffered + after.inFlight, 0);
    assert.equal(stats.exported, 3);
    assert.equal(stats.redelivered, 0);
    assert.deepEqual(stats.dropped, {});
    assert.equal(reports.at(-1).ok, true);
    assert.deepEqual(collector.names(), ["later", "sent", "sent too"]);
  });

  test("every flush under way goes on", async (t) => {
    const { collector, reports, stats } = await run(t, "twoFlushes");
    assert.deepEqual(
      reports.map(({ ok, exported }) => ({ ok, exported })),
      [
        { ok: true, exported: 1 },
        { ok: true, exported: 1 },
      ],
    );
    assert.equal(stats.exported, 2);
    assert.equal(stats.redelivered, 0);
    assert.deepEqual(collector.names(), ["first", "second"]);
  });

  test("batches whose answers are on their way are not sent twice", async (t) => {
    const { collector, waiting, reports, stats } = await run(
      t,
      "threeOthersUnderWay",
    );
    assert.deepEqual([waiting.inFlight, waiting.exported], [4, 0]);
    assert.deepEqual(
      reports.map(({ ok, exported }) => ({ ok, exported })),
      new Array(4).fill({ ok: true, exported: 1 }),
    );
    assert.equal(stats.exported, 4);
    assert.equal(stats.redelivered, 0);
    assert.deepEqual(stats.dropped, {});
    assert.equal(collector.requests.length, 4);
    assert.deepEqual(collector.names(), ["a", "held 1", "held 2", "held 3"]);
  });

  test("an answer that was settled before a trap is not settled again", async (t) => {
    let requests = 0;
    const { collector, report, stats } = await run(
      t,
      "afterARefusal",
      {},
      () => (requests++ === 0 ? { status: 503 } : { delayMs: 50 }),
    );
    assert.equal(report.ok, true, JSON.stringify(report));
    assert.equal(stats.exported, 1);
    assert.equal(stats.redelivered, 0);
    assert.equal(collector.requests.length, 2);
    assert.deepEqual(collector.names(), ["a"]);
  });

  test("a late answer that is none leaves a doubt", async (t) => {
    const { requests, stats } = await run(t, "noResponseAfterATrap");
    assert.equal(requests, 1);
    assert.deepEqual(stats.dropped, { unconfirmed: 1 });
  });

  test("a late answer that asks for a pause gets it", async (t) => {
    const { requests, report, stats } = await run(t, "aHoldAfterATrap");
    assert.equal(requests, 1);
    assert.equal(report.error?.status, 429, JSON.stringify(report));
    assert.equal(stats.buffered, 1);
  });

  test("a shutdown survives a trap", async (t) => {
    const { collector, report, ended, stats } = await run(
      t,
      "shutdownMeetsATrap",
    );
    assert.equal(report.ok, true, JSON.stringify(report));
    assertBalanced(ended);
    assert.equal(ended.buffered + ended.inFlight, 0);
    assert.equal(stats.recorded, 2);
    assert.equal(stats.exported, 2);
    assert.deepEqual(collector.names(), ["a", "b"]);
  });

  test("forty traps in a row lose no span uncounted", async (t) => {
    const times = 40;
    const { figures, reports, stats } = await run(t, "again", { times });
    figures.forEach((each, i) => {
      assertBalanced(each);
      assert.equal(each.recorded, i + 1);
    });
    for (const report of reports) assert.equal(typeof report.ok, "boolean");
    assert.equal(stats.recorded, times);
  });

  test("spilled spans stay spilled and are delivered once", async (t) => {
    const { collector, report, taken, drained, stats } = await run(
      t,
      "spilled",
    );
    assertBalanced(taken);
    assert.equal(report.spilled, 2, JSON.stringify(report));
    assert.equal(taken.spilled, 2);
    assert.equal(drained.delivered, 2);
    assert.deepEqual([stats.spilled, stats.exported], [0, 2]);
    assert.deepEqual(collector.names(), ["a", "b"]);
  });

  const ALL_LOST = { buffered: 0, exported: 0, dropped: { trap: 3 } };
  const HELD_LOST = { buffered: 0, exported: 1, dropped: { trap: 2 } };
  const NOTHING_LOST = { buffered: 2, exported: 1, dropped: {} };
  for (const [damage, expected] of Object.entries({
    magic: ALL_LOST,
    oldest: ALL_LOST,
    exported: ALL_LOST,
    checksum: ALL_LOST,
    recorded: NOTHING_LOST,
    "a row": HELD_LOST,
    "a row's checksum": HELD_LOST,
    "a row's address": HELD_LOST,
  })) {
    test(`a table damaged at ${damage} may lose spans, and counts them`, async (t) => {
      const { collector, taken, report, stats } = await run(t, "damaged", {
        damage,
      });
      assertBalanced(taken);
      const { recorded, buffered, exported, dropped } = taken;
      assert.equal(recorded, 3);
      assert.deepEqual({ buffered, exported, dropped }, expected);
      assert.equal(report.exported, 1 + expected.buffered);
      assert.equal(stats.recorded, 4);
      assert.equal(collector.spans.length, 2 + expected.buffered);
    });
  }
});
