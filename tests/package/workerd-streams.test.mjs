// Streaming responses of a Worker: their span ends with the stream and arrives, no matter when the Worker
// flushed.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startCollector } from "./support/collector.mjs";
import { assertBalanced } from "./support/ledger.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

// Longer than a flush waits for a stream that is not read. `make test-all` sets it to 40.
const SECONDS = Number(process.env.STREAM_SECONDS ?? 7);

for (const mode of ["nodejs_compat", "no flag"]) {
  describe(
    `a stream of ${SECONDS} s in workerd with ${mode}`,
    { concurrency: 3 },
    () => {
      for (const when of [
        "before it opens",
        "before it is read",
        "before the return",
      ])
        test(`arrives when the Worker flushed ${when}`, async (t) => {
          const collector = await startCollector(t);
          const worker = await startWorker(t, "app.js", MODES[mode]);
          const options = { projectApiKey: "k", baseUrl: collector.url };
          const response = await fetch(new URL("stream", worker.url), {
            method: "POST",
            body: JSON.stringify({ options, seconds: SECONDS, when }),
          });
          const said = await response.text();
          assert.equal(said.split(" ").length, SECONDS * 4 + 1);
          const ms = 15_000;
          await collector.until(() => collector.spans.length === 1, ms);
          const [span] = collector.spans;
          assert.equal(span.name, `stream ${when}`);
          const output = JSON.parse(span.attributes["lmnr.span.output"]);
          if (when === "before the return") {
            // It cannot be read earlier, so the flush gave it up.
            assert.equal(span.attributes["laminar.incomplete"], true);
            assert.deepEqual(output.chunks, []);
          } else {
            assert.ok(span.end - span.start > BigInt(SECONDS - 1) * 10n ** 9n);
            assert.equal(output.chunks.join(""), said);
          }
          // The span has arrived. This waits until its sender has settled it.
          const { stats } = await worker.call("flush");
          assert.equal(stats.exported, 1);
          assertBalanced(stats);
        });

      test("another request does not wait for it", async (t) => {
        const collector = await startCollector(t);
        const worker = await startWorker(t, "app.js", MODES[mode]);
        const options = { projectApiKey: "k", baseUrl: collector.url };
        const response = await fetch(new URL("stream", worker.url), {
          method: "POST",
          body: JSON.stringify({ options, seconds: SECONDS, when: "never" }),
        });
        const reader = response.body.getReader();
        await reader.read();
        const { report } = await worker.call("record-and-flush", {
          options,
          names: ["other"],
        });
        assert.equal(report.exported, 1);
        assert.deepEqual(collector.names(), ["other"]);
        await reader.cancel();
      });
    },
  );
}
