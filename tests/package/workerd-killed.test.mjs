// A Worker's request can end while its flush is under way. The flush is not told. Its batch is free again when
// its lease has expired, and the next request's flush delivers it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startCollector } from "./support/collector.mjs";
import { assertBalanced } from "./support/ledger.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

/** Flushes in request after request, like real traffic, until no span is left. */
async function flushUntilDelivered(worker, options) {
  const gaveUpAt = Date.now() + 15_000;
  for (;;) {
    const { report, stats } = await worker.call("flush", { options });
    assertBalanced(stats);
    if (stats.buffered + stats.inFlight === 0) return { report, stats };
    assert.ok(Date.now() < gaveUpAt, JSON.stringify({ report, stats }));
  }
}

describe("killed requests in workerd", { concurrency: 1 }, () => {
  for (const [mode, { flags }] of Object.entries(MODES)) {
    describe(mode, { concurrency: 4 }, () => {
      for (const traceExportTimeoutMillis of [600, 1_500]) {
        const start = async (t) => {
          const collector = await startCollector(t);
          collector.behave({ hang: true });
          const worker = await startWorker(t, "app.js", { flags });
          const options = {
            projectApiKey: "key",
            baseUrl: collector.url,
            traceExportTimeoutMillis,
          };
          return { collector, worker, options };
        };
        const budget = `a budget of ${traceExportTimeoutMillis} ms`;

        test(`a flush that nobody awaits, with ${budget}`, async (t) => {
          const { collector, worker, options } = await start(t);
          const names = ["a", "b"];
          await worker.call("flush-unwaited", { options, names });
          collector.behave({});
          await worker.call("record", { options, names: ["c"] });
          const { stats } = await flushUntilDelivered(worker, options);
          assert.equal(stats.exported, 3);
          assert.deepEqual(stats.dropped, {});
          // The requests that hung got no answer, so their spans may arrive twice.
          const heard = collector.requests.filter(
            ({ status }) => status === 200,
          );
          assert.deepEqual(
            heard.flatMap(({ spans }) => spans.map(({ name }) => name)).sort(),
            ["a", "b", "c"],
          );
        });

        test(`a client that leaves, with ${budget}`, async (t) => {
          const { collector, worker, options } = await start(t);
          const client = new AbortController();
          const gone = worker
            .call(
              "record-and-flush",
              { options, names: ["a"] },
              { signal: client.signal },
            )
            .catch(({ name }) => name);
          await collector.until(() => collector.requests.length === 1);
          client.abort();
          assert.equal(await gone, "AbortError");
          collector.behave({});
          const { stats } = await flushUntilDelivered(worker, options);
          assert.equal(stats.exported, 1);
          assert.equal(stats.redelivered, 1);
          assert.equal(collector.requests.length, 2);
        });
      }
    });
  }
});
