import test from "node:test";
import assert from "node:assert/strict";
import { startCollector } from "../../tests/package/support/collector.mjs";
import { wranglerDev } from "../support/wrangler.mjs";

test("the answer streams, and the trace arrives", async (t) => {
  const collector = await startCollector(t);
  const address = await wranglerDev(t, import.meta.dirname, collector);
  const response = await fetch(`${address}/?q=why+not`);
  assert.equal(await response.text(), "2 pages answer: why not");

  await collector.until(() => collector.spans.length === 3);
  const [root, search, write] = ["GET", "search", "write"].map(collector.span);
  assert.equal(root.parentSpanId, "");
  for (const step of [search, write])
    assert.equal(step.parentSpanId, root.spanId);
  const { chunks } = JSON.parse(write.attributes["lmnr.span.output"]);
  assert.equal(chunks.join(""), "2 pages answer: why not");
  assert.equal(collector.requests[0].headers.authorization, "Bearer key");
});
