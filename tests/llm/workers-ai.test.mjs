// The real binding of Workers AI in workerd; the stand-in takes the place of Cloudflare's servers.

import test from "node:test";
import assert from "node:assert/strict";
import { startCollector } from "../package/support/collector.mjs";
import { startWorker } from "../package/support/workerd.mjs";
import { startStandIn } from "./stand-in/server.mjs";
import { allCases, readCase } from "./support/cases.mjs";
import { wrongWith } from "./support/check.mjs";

async function start(t) {
  const collector = await startCollector(t);
  const standIn = await startStandIn();
  t.after(() => standIn.close());
  const worker = await startWorker(t, "../../llm/workers/ai.js", {
    options: {
      ai: {
        binding: "AI",
        remoteProxyConnectionString: new URL(standIn.url),
      },
    },
  });
  const options = { projectApiKey: "key", baseUrl: collector.url };
  /** Calls the plain and the wrapped binding, which must give the same; resolves to that and to the spans. */
  async function both(call, answer) {
    standIn.answer(answer);
    const plain = await worker.call("/", { options, ...call });
    assert.deepEqual(collector.spans, []);
    const wrapped = await worker.call("/", { options, ...call, wrapped: true });
    assert.deepEqual(wrapped, plain);
    const spans = collector.spans;
    collector.requests.length = 0;
    return { outcome: plain, spans };
  }
  return { both };
}

/** Returns the answer of a case without the envelope of the REST API, which the binding does not have. */
const withoutEnvelope = ({ id, body, response }) =>
  response.contentType === "application/json"
    ? { body: JSON.parse(body).result ?? JSON.parse(body) }
    : { case: id };

test("a wrapped binding gives the same answers, and each call has its span", async (t) => {
  const { both } = await start(t);
  for (const found of allCases()) {
    const { id, call, request, requestText, span } = found;
    if (!id.startsWith("workers-ai/") || call.format !== "WorkersAi") continue;
    if (span.error || request.model) continue;
    await t.test(id, async () => {
      const args = [call.model, JSON.parse(requestText)];
      const { spans } = await both({ args }, withoutEnvelope(found));
      assert.equal(spans.length, 1);
      assert.deepEqual(wrongWith(spans[0], span), []);
    });
  }
});

test("a call fails with the binding's own error, which the span records", async (t) => {
  const { both } = await start(t);
  const args = ["@cf/meta/nothing", { prompt: "Hi" }];
  const body = {
    internalCode: 5007,
    description: "No such model",
    message: "AiError",
    name: "AiError",
  };
  const { outcome, spans } = await both({ args }, { status: 400, body });
  assert.match(outcome.message, /No such model/);
  assert.equal(spans.length, 1);
  const [{ events, status }] = spans;
  assert.equal(status.code, 2);
  assert.equal(events.length, 1);
  assert.match(events[0].attributes["exception.message"], /No such model/);
});

test("returnRawResponse still gives a Response", async (t) => {
  const { both } = await start(t);
  const { id, call, request, span } = readCase("workers-ai/stream");
  const args = [call.model, request, { returnRawResponse: true }];
  const { outcome, spans } = await both({ args }, { case: id });
  assert.equal(outcome.status, 200);
  assert.equal(spans.length, 1);
  assert.deepEqual(wrongWith(spans[0], span), []);
});

test("a call of an image model has no span", async (t) => {
  const { both } = await start(t);
  const args = ["@cf/black-forest-labs/flux-1-schnell", { prompt: "A cat" }];
  const { spans } = await both({ args }, { body: { image: "iVBORw0KGgo=" } });
  assert.deepEqual(spans, []);
});

test("a call through the binding's gateway has a span of its provider", async (t) => {
  const { both } = await start(t);
  const { request, body, span } = readCase("ai-gateway/openai");
  const args = [
    {
      provider: "openai",
      endpoint: "chat/completions",
      headers: { authorization: "Bearer planted-key" },
      query: request,
    },
  ];
  const { outcome, spans } = await both(
    { gateway: "my-gateway", args },
    { contentType: "application/json", body },
  );
  assert.equal(outcome.text, String(body));
  assert.equal(spans.length, 1);
  assert.deepEqual(wrongWith(spans[0], span), []);
});
