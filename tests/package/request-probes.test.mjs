// A program may call initialize once, not in every request. Its spans must not be slower for that.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startCollector } from "./support/collector.mjs";
import { startWorker } from "./support/workerd.mjs";

test("spans of a request without a note of its own do not look for it each time", async (t) => {
  const collector = await startCollector(t);
  const worker = await startWorker(t, "request-probes.js", {
    bindings: { COLLECTOR: collector.url },
  });
  for (let i = 0; i < 8; i++) {
    const response = await fetch(worker.url);
    const { whileRecording, exported } = await response.json();
    assert.equal(exported, 100);
    assert.ok(whileRecording <= 4, `${whileRecording} in request ${i}`);
  }
});
