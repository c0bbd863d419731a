// startActiveSpan in workerd, which has no enterWith.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startBarrier, startCollector } from "./support/collector.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

for (const [mode, { flags }] of Object.entries(MODES)) {
  describe(`active spans in workerd with ${mode}`, () => {
    test("each request has its own, in whatever order they end", async (t) => {
      const collector = await startCollector(t);
      const worker = await startWorker(t, "app.js", { flags });
      const barrier = await startBarrier(t, 2);
      const options = { projectApiKey: "k", baseUrl: collector.url };
      const call = (who) => worker.call("active", { options, who, barrier });
      await Promise.all([call("a"), call("b")]);
      await collector.until(() => collector.spans.length === 10);
      for (const who of ["a", "b"]) {
        const named = (name) => collector.span(`${name} ${who}`);
        const outer = named("outer");
        const inner = named("inner");
        assert.equal(outer.parentSpanId, "");
        assert.equal(inner.parentSpanId, outer.spanId);
        assert.equal(named("leaf").parentSpanId, inner.spanId);
        assert.equal(named("second").parentSpanId, inner.spanId);
        assert.equal(named("root").parentSpanId, "");
        assert.notEqual(named("root").traceId, outer.traceId);
      }
    });
  });
}
