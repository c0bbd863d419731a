// Traps in workerd: the request lives, its flush settles, and the next request's flush delivers.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gate, startCollector } from "./support/collector.mjs";
import { assertBalanced } from "./support/ledger.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

const traps = (path) =>
  fileURLToPath(
    new URL(`../../target/laminar-edge-traps/${path}`, import.meta.url),
  );
const alias = {
  "traps-entry": traps("workerd.js"),
  "traps-instance": traps("lib/instance.js"),
};

describe("traps in workerd", { concurrency: 3 }, () => {
  for (const [mode, { flags }] of Object.entries(MODES)) {
    describe(mode, { concurrency: 3 }, () => {
      const start = async (t) => {
        const collector = await startCollector(t);
        const worker = await startWorker(t, "traps.js", { flags, alias });
        const options = {
          projectApiKey: "key",
          baseUrl: collector.url,
          // A lease outlives it by two seconds; a busy machine needs it to answer at all.
          traceExportTimeoutMillis: 1_500,
        };
        const call = (when, ...names) =>
          worker.call("", { options, names, when });
        return { collector, worker, call };
      };

      test("one before the flush costs nothing", async (t) => {
        const { collector, worker, call } = await start(t);
        const { report, stats, said } = await call("now", "a", "b");
        assert.equal(report.exported, 2);
        assert.equal(report.ok, true);
        assertBalanced(stats);
        assert.equal(said.length, 1);
        assert.deepEqual(collector.names(), ["a", "b"]);
        assert.deepEqual(worker.output, []);
      });

      test("one inside the flush settles it, and the spans come again", async (t) => {
        const { collector, worker, call } = await start(t);
        const trapped = await call("after an await", "a");
        assert.equal(trapped.report.ok, false);
        assert.equal(trapped.report.error.code, "trap");
        assert.equal(trapped.report.pending, 1);
        assertBalanced(trapped.stats);
        let last;
        const gaveUpAt = Date.now() + 15_000;
        do {
          last = await call("never");
          assert.ok(Date.now() < gaveUpAt, JSON.stringify(last));
        } while (last.stats.exported < 1);
        assertBalanced(last.stats);
        assert.equal(last.stats.redelivered, 1);
        assert.deepEqual(collector.names(), ["a", "a"]);
        assert.equal(last.said.length, 1);
        assert.deepEqual(worker.output, []);
      });

      test("one in a request settles the flushes of the others", async (t) => {
        const { collector, worker, call } = await start(t);
        const held = gate();
        collector.behave(({ spans }) =>
          spans.some(({ name }) => name === "held")
            ? { gate: held.promise }
            : {},
        );
        const other = call("never", "held");
        await collector.until(() => collector.requests.length === 1);
        const trapped = await call("after an await", "a");
        assert.equal(trapped.report.error.code, "trap");
        const { report } = await other;
        assert.equal(report.error.code, "trap");
        held.open();
        const later = await call("never", "later");
        assertBalanced(later.stats);
        assert.ok(collector.names().includes("later"));
        assert.deepEqual(worker.output, []);
      });
    });
  }
});
