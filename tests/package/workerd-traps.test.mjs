// Traps in workerd: the request goes on, and its flush and those of other requests continue.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gate, startCollector } from "./support/collector.mjs";
import { assertBalanced } from "./support/ledger.mjs";
import { behave, judge, judgeWords, OPTIONS } from "./support/trap-oracle.mjs";
import { inputFor, PLACES } from "./support/trap-places.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

const traps = new URL("../../target/laminar-edge-traps/", import.meta.url);
const alias = {
  "traps-entry": fileURLToPath(new URL("workerd.js", traps)),
  "traps-spill": fileURLToPath(new URL("spill.js", traps)),
};

describe("traps in workerd", { concurrency: 3 }, () => {
  for (const [mode, { flags }] of Object.entries(MODES)) {
    describe(mode, { concurrency: 3 }, () => {
      const start = async (t) => {
        const collector = await startCollector(t);
        const worker = await startWorker(t, "traps.js", { flags, alias });
        const options = { ...OPTIONS, baseUrl: collector.url };
        const flush = (names, armed) =>
          worker.call("flush", { options, names, armed });
        return { collector, worker, flush };
      };

      for (const place of ["stats", "horizon", "lease", "hand_over", "settle"])
        test(`a trap at ${place} loses no span`, async (t) => {
          const { collector, worker, flush } = await start(t);
          const first = await flush(["a", "b"], [place]);
          assert.equal(first.report.ok, true, JSON.stringify(first));
          assert.equal(first.report.pending, 0);
          const { stats, said } = await flush(["later"]);
          assertBalanced(stats);
          assert.equal(stats.exported, 3);
          assert.equal(stats.redelivered, 0);
          judgeWords(said);
          assert.deepEqual(collector.names(), ["a", "b", "later"]);
          assert.deepEqual(worker.output, []);
        });

      test("a trap in one request does not disturb three others", async (t) => {
        const { collector, worker, flush } = await start(t);
        const held = gate();
        collector.behave(({ spans }) =>
          spans.some(({ name }) => name.startsWith("held"))
            ? { gate: held.promise }
            : {},
        );
        const names = ["held 1", "held 2", "held 3"];
        const others = names.map((name) => flush([name]));
        await collector.until(() => collector.requests.length === 3);
        // It covers the others' batches, so it waits for them.
        const trapped = flush(["a"], ["settle"]);
        await collector.until(() => collector.requests.length === 4);
        // Nothing else happens that a test could wait for; too short a pause hides a bug, never
        // makes one up.
        await new Promise((resolve) => setTimeout(resolve, 300));
        held.open();
        const reports = (await Promise.all([trapped, ...others])).map(
          ({ report }) => report,
        );
        for (const report of reports)
          assert.equal(report.ok, true, JSON.stringify(reports));
        // Each report counts what its own requests settled, before and after the trap.
        assert.deepEqual(
          reports.map(({ exported }) => exported),
          [1, 1, 1, 1],
        );
        const { stats, said } = await flush(["later"]);
        assertBalanced(stats);
        assert.equal(stats.exported, 5);
        assert.equal(stats.redelivered, 0);
        judgeWords(said);
        assert.deepEqual(collector.names(), ["a", ...names, "later"]);
        assert.deepEqual(worker.output, []);
      });
    });
  }

  // All traps happen in one isolate, one after another.
  test("a trap at every place loses no span uncounted", async (t) => {
    const collector = await startCollector(t);
    behave(collector);
    const worker = await startWorker(t, "traps.js", { alias });
    const options = { ...OPTIONS, baseUrl: collector.url };
    let words;
    for (const place of Object.keys(PLACES)) {
      const { outcome, said } = await worker.call("program", {
        options,
        ...inputFor(place),
      });
      try {
        judge(place, outcome, collector.spans);
      } catch (error) {
        throw new Error(`${place}: ${error.message}`, { cause: error });
      }
      words = said;
    }
    judgeWords(words);
    assert.deepEqual(worker.output, []);
  });
});
