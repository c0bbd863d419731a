// An instance that runs out of memory or stack ends as by a trap: the recorded spans are delivered or counted,
// and the program continues.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runScenario } from "./support/child.mjs";
import { startCollector } from "./support/collector.mjs";
import { assertBalanced } from "./support/ledger.mjs";
import { startWorker } from "./support/workerd.mjs";

const PLACES = {
  async Node(_, name, input) {
    const outcome = await runScenario("exhaustion.mjs", name, input);
    return { ...outcome, escaped: outcome.uncaught };
  },
  async workerd(t, name, input) {
    const worker = await startWorker(t, "exhaustion.js");
    const outcome = await worker.call("", { name, ...input });
    return { ...outcome, escaped: worker.output };
  },
};

for (const [place, begin] of Object.entries(PLACES)) {
  const run = async (t, name) => {
    const collector = await startCollector(t);
    const options = { projectApiKey: "key", baseUrl: collector.url };
    const { result, said, escaped } = await begin(t, name, { options });
    assert.deepEqual(escaped, []);
    assert.ok(said.length <= 2, JSON.stringify(said));
    assertBalanced(result.stats);
    return { collector, said, ...result };
  };

  describe(`exhaustion in ${place}`, () => {
    test("memory that runs out loses no span uncounted", async (t) => {
      const { collector, said, thrown, full, report, stats } = await run(
        t,
        "memoryRunsOut",
      );
      assert.deepEqual(thrown, []);
      // The result depends on which allocation fails first: a fresh instance, or refused spans.
      const { trap = 0, queue_full = 0 } = stats.dropped;
      assert.ok(trap + queue_full > 0, "memory did run out");
      if (queue_full === 0) assert.match(said.join(), /was replaced/);
      assertBalanced(full);
      assert.equal(stats.recorded, 42);
      assert.equal(stats.buffered + stats.inFlight, 0);
      // Full batches are exported by background flushes, and are in the reports of those.
      assert.ok(report.exported <= stats.exported);
      assert.equal(collector.spans.length, stats.exported);
      const names = collector.names();
      for (const name of ["before", "after"])
        assert.ok(names.includes(name), `${name} ${JSON.stringify(stats)}`);
      assert.equal(new Set(names).size, names.length);
    });

    test("memory that runs out repeatedly loses no span uncounted", async (t) => {
      const { collector, stats } = await run(t, "memoryRunsOutAgain");
      assert.equal(stats.recorded, 33);
      assert.equal(collector.spans.length, stats.exported);
      const names = collector.names();
      for (let round = 0; round < 3; round++)
        assert.ok(names.includes(`round ${round}`), JSON.stringify(stats));
    });

    test("a stack overflow loses at most the spans that end in it", async (t) => {
      const { collector, said, report, stats } = await run(t, "stackRunsOut");
      assert.equal(report.ok, true, JSON.stringify({ report, stats, said }));
      assert.match(said.join(), /stack/);
      assert.ok(stats.exported > 1_000, JSON.stringify(stats));
      assert.equal(collector.spans.length, stats.exported);
      const names = collector.names();
      for (const name of ["before", "held", "after"])
        assert.ok(names.includes(name), `${name}: ${JSON.stringify(stats)}`);
    });
  });
}
