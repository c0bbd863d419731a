import test from "node:test";
import assert from "node:assert/strict";
import { startStandIn } from "../../tests/llm/stand-in/server.mjs";
import { startCollector } from "../../tests/package/support/collector.mjs";
import { wranglerDev } from "../support/wrangler.mjs";

test("the answer streams, and its call is a span", async (t) => {
  const standIn = await startStandIn({ answers: "openai-chat/stream-text" });
  t.after(() => standIn.close());
  const collector = await startCollector(t);
  const address = await wranglerDev(t, import.meta.dirname, collector, {
    OPENAI_API_KEY: "sk-example",
    OPENAI_BASE_URL: `${standIn.url}/v1`,
  });
  const response = await fetch(`${address}/?q=why+not`);
  assert.equal(await response.text(), "Cold, and warm.");

  await collector.until(() => collector.spans.length === 2);
  const [root, call] = ["GET", "chat gpt-4o-mini"].map(collector.span);
  assert.equal(call.parentSpanId, root.spanId);
  const { attributes } = call;
  assert.equal(attributes["lmnr.span.type"], "LLM");
  assert.equal(attributes["gen_ai.usage.input_tokens"], 20n);
  assert.equal(attributes["gen_ai.usage.output_tokens"], 5n);
  assert.deepEqual(
    JSON.parse(attributes["gen_ai.input.messages"]),
    standIn.requests[0].json.messages,
  );
  assert.match(attributes["gen_ai.output.messages"], /Cold, and warm\./);
  assert.equal(
    typeof attributes["gen_ai.response.time_to_first_token"],
    "number",
  );
});
