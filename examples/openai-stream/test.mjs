import test from "node:test";
import assert from "node:assert/strict";
import { startStandIn } from "../../tests/llm/stand-in/server.mjs";
import { startCollector } from "../../tests/package/support/collector.mjs";
import { wranglerDev } from "../support/wrangler.mjs";

async function start(t, answers) {
  const standIn = await startStandIn({ answers });
  t.after(() => standIn.close());
  const collector = await startCollector(t);
  const address = await wranglerDev(t, import.meta.dirname, collector, {
    OPENAI_API_KEY: "sk-example",
    OPENAI_BASE_URL: `${standIn.url}/v1`,
  });
  return { standIn, collector, address };
}
const CALL = "chat gpt-4o-mini";

test("the answer streams, and its call is a span", async (t) => {
  const { standIn, collector, address } = await start(
    t,
    "openai-chat/stream-text",
  );
  const response = await fetch(`${address}/?q=why+not`);
  assert.equal(await response.text(), "Cold, and warm.");

  await collector.until(() => collector.spans.length === 2);
  const [root, call] = ["GET", CALL].map(collector.span);
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

test("a client that leaves ends the call", async (t) => {
  const { standIn, collector, address } = await start(t, {
    case: "openai-chat/stream-text",
    hangAfter: 3,
  });
  const response = await fetch(address);
  const reader = response.body.getReader();
  await reader.read();
  await reader.cancel();

  await standIn.until(() => standIn.requests[0].left);
  await collector.until(() => collector.span(CALL));
  const { attributes, status } = collector.span(CALL);
  assert.equal(attributes["gen_ai.response.cancelled"], true);
  assert.match(attributes["gen_ai.output.messages"], /Cold/);
  assert.equal(status.code, 0);
});
