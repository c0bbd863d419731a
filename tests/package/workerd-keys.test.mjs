// Concurrent requests with different keys.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startBarrier, startCollector } from "./support/collector.mjs";
import { assertBalanced } from "./support/ledger.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

for (const [mode, { flags }] of Object.entries(MODES)) {
  describe(`keys in workerd with ${mode}`, () => {
    test("a span is sent with the key of its own request, however late it starts", async (t) => {
      const collector = await startCollector(t);
      const worker = await startWorker(t, "app.js", { flags });
      const keys = ["a", "b", "c", "d", undefined];
      for (let round = 0; round < 2; round++) {
        const barrier = await startBarrier(t, keys.length);
        const answers = await Promise.all(
          keys.map((key) => {
            const options = { projectApiKey: key, baseUrl: collector.url };
            const names = [`${key} ${round}`];
            return worker.call("late", { options, names, barrier });
          }),
        );
        assert.deepEqual(
          answers.map(({ key }) => key),
          ["a", "b", "c", "d", null],
        );
      }
      await collector.until(() => collector.spans.length === 8);
      for (const { key, spans } of collector.requests)
        for (const { name } of spans) assert.equal(name[0], key);
      const { stats } = await worker.call("state");
      assert.equal(stats.recorded, 8);
      assertBalanced(stats);
    });
  });
}
