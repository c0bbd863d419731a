import test from "node:test";
import assert from "node:assert/strict";
import { startCollector } from "../../tests/package/support/collector.mjs";
import { wranglerDev } from "../support/wrangler.mjs";

test("each request is a trace, also if it fails", async (t) => {
  const collector = await startCollector(t);
  const address = await wranglerDev(t, import.meta.dirname, collector);
  const response = await fetch(`${address}/words/one%20two`);
  assert.deepEqual(await response.json(), { words: ["one", "two"] });
  assert.equal((await fetch(`${address}/broken`)).status, 500);

  await collector.until(() => collector.spans.length === 3);
  const root = collector.span("GET /words/:text");
  assert.equal(collector.span("split").parentSpanId, root.spanId);
  const ERROR = 2;
  assert.equal(collector.span("GET /broken").status.code, ERROR);
});
