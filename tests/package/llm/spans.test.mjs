// What the span of a call holds.

import assert from "node:assert/strict";
import { test } from "node:test";
import { observe } from "laminar-edge";
import { CHAT, json, post, question, sse, start } from "./support.mjs";

const parsed = (span, key) => JSON.parse(span.attributes[key]);

test("the span of a chat has models, messages and tokens", async (t) => {
  const { fetch, one } = await start(t);
  const answer = await (await fetch(CHAT, post())).json();
  assert.equal(answer.choices[0].message.content, "because");
  const span = await one();
  const { attributes } = span;
  assert.equal(span.name, "chat gpt-4o-mini");
  assert.equal(span.kind, 3);
  assert.equal(attributes["gen_ai.system"], "openai");
  assert.equal(attributes["gen_ai.provider.name"], "openai");
  assert.equal(attributes["gen_ai.operation.name"], "chat");
  assert.equal(attributes["gen_ai.request.model"], "gpt-4o-mini");
  assert.equal(attributes["gen_ai.response.model"], "gpt-4o-mini-2024-07-18");
  assert.equal(attributes["gen_ai.response.id"], "chatcmpl-1");
  assert.equal(attributes["gen_ai.usage.input_tokens"], 8n);
  assert.equal(attributes["gen_ai.usage.output_tokens"], 4n);
  assert.deepEqual(attributes["gen_ai.response.finish_reasons"], ["stop"]);
  assert.deepEqual(parsed(span, "gen_ai.input.messages"), question.messages);
  assert.equal(
    parsed(span, "gen_ai.output.messages")[0].message.content,
    "because",
  );
  assert.equal(attributes["server.address"], "api.openai.com");
  assert.equal(attributes["url.template"], "/v1/chat/completions");
  assert.equal(attributes["http.response.status_code"], 200n);
  assert.equal(attributes["laminar.incomplete"], undefined);
  assert.equal(attributes["gen_ai.response.time_to_first_chunk"], undefined);
  assert.equal(span.status.code, 0);
});

test("the span of a stream has text, times and the finish reason", async (t) => {
  const { fetch, one } = await start(t, () => sse().response);
  const text = await (
    await fetch(CHAT, post({ ...question, stream: true }))
  ).text();
  assert.match(text, /\[DONE\]/);
  const span = await one();
  const { attributes } = span;
  assert.equal(attributes["gen_ai.request.stream"], true);
  assert.equal(
    parsed(span, "gen_ai.output.messages")[0].message.content,
    "because",
  );
  const chunk = attributes["gen_ai.response.time_to_first_chunk"];
  const token = attributes["gen_ai.response.time_to_first_token"];
  assert.ok(chunk > 0 && token > chunk, `${chunk} ${token}`);
  assert.equal(attributes["laminar.incomplete"], undefined);
  assert.equal(attributes["gen_ai.usage.input_tokens"], undefined);
});

test("the span that is active when fetch is called is the parent", async (t) => {
  const { fetch, delivered } = await start(t);
  await observe({ name: "outer" }, async () => {
    await (await fetch(CHAT, post())).text();
  });
  const { spans } = await delivered();
  const outer = spans.find(({ name }) => name === "outer");
  const inner = spans.find(({ name }) => name.startsWith("chat"));
  assert.equal(inner.parentSpanId, outer.spanId);
});

test("a failed call records the provider's error, and its Response is unchanged", async (t) => {
  const error = {
    message: "slow down",
    type: "requests",
    code: "rate_limit_exceeded",
  };
  const { fetch, one } = await start(t, () =>
    json({ error }, { status: 429, headers: { "retry-after": "3" } }),
  );
  const response = await fetch(CHAT, post());
  assert.equal(response.status, 429);
  assert.deepEqual(await response.json(), { error });
  const span = await one();
  const { attributes, events, status } = span;
  assert.equal(attributes["error.type"], "rate_limit_exceeded");
  assert.equal(attributes["http.response.status_code"], 429n);
  assert.deepEqual(attributes["http.response.header.retry-after"], ["3"]);
  assert.equal(status.code, 2);
  const [event] = events;
  assert.equal(event.name, "exception");
  assert.equal(event.attributes["exception.type"], "rate_limit_exceeded");
  assert.equal(event.attributes["exception.message"], "slow down");
  assert.deepEqual(parsed(span, "gen_ai.input.messages"), question.messages);
});
