import test from "node:test";
import assert from "node:assert/strict";
import { startStandIn } from "../../tests/llm/stand-in/server.mjs";
import { startCollector } from "../../tests/package/support/collector.mjs";
import { wranglerDev } from "../support/wrangler.mjs";

test("each turn of the model and each tool call is a span", async (t) => {
  const standIn = await startStandIn({
    answers: ["anthropic/tools", "anthropic/plain"],
  });
  t.after(() => standIn.close());
  const collector = await startCollector(t);
  const address = await wranglerDev(t, import.meta.dirname, collector, {
    ANTHROPIC_API_KEY: "sk-ant-example",
    ANTHROPIC_BASE_URL: standIn.url,
  });
  const response = await fetch(`${address}/?q=Is+it+warm+in+Rome`);
  assert.equal(await response.text(), "42");

  await collector.until(() => collector.spans.length === 5);
  const agent = collector.span("agent");
  assert.equal(agent.parentSpanId, collector.span("GET").spanId);
  const steps = collector.spans
    .filter(({ parentSpanId }) => parentSpanId === agent.spanId)
    .sort((a, b) => (a.start < b.start ? -1 : 1));
  assert.deepEqual(
    steps.map(({ name, attributes }) => [name, attributes["lmnr.span.type"]]),
    [
      ["chat claude-sonnet-4-6", "LLM"],
      ["get_weather", "TOOL"],
      ["chat claude-sonnet-4-6", "LLM"],
    ],
  );
  const [first, , second] = steps.map(({ attributes }) => attributes);
  const messages = (text) => JSON.parse(text);
  assert.deepEqual(
    messages(second["gen_ai.input.messages"]),
    standIn.requests[1].json.messages,
  );
  assert.equal(
    messages(first["gen_ai.output.messages"])[0].content[1].name,
    "get_weather",
  );
  assert.equal(first["gen_ai.usage.input_tokens"], 25n);
});
