// Clients of providers, wrapped in place: the same objects, with all their helpers.

import assert from "node:assert/strict";
import { test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI, { AzureOpenAI } from "openai";
import {
  wrapAnthropic,
  wrapClient,
  wrapGoogleGenAI,
  wrapOpenAI,
} from "laminar-edge/llm";
import {
  answering,
  completion,
  events,
  json,
  question,
  sse,
  start,
  eventOf,
} from "./support.mjs";

const streaming = { ...question, stream: true };
const answer = (_, __, { body }) =>
  JSON.parse(body).stream ? sse().response : json();

function openAI(given = answer, options = {}) {
  const { fetch, asked } = answering(given);
  return {
    asked,
    client: new OpenAI({ apiKey: "k", maxRetries: 0, fetch, ...options }),
  };
}

test("wrapping returns the same client, and wraps it once", async (t) => {
  const { spans } = await start(t);
  const { client, asked } = openAI();
  assert.equal(wrapOpenAI(client), client);
  const { fetch } = client;
  assert.equal(wrapOpenAI(wrapClient(client)), client);
  assert.equal(client.fetch, fetch);
  assert.ok(client instanceof OpenAI);
  const made = await client.chat.completions.create(question);
  assert.equal(made.choices[0].message.content, "because");
  await client.withOptions({ timeout: 1000 }).chat.completions.create(question);
  assert.equal(asked.length, 2);
  assert.equal((await spans()).length, 2);
});

test("options of a second wrapping replace those of the first", async (t) => {
  const { one } = await start(t);
  const { client } = openAI();
  wrapOpenAI(wrapOpenAI(client, { name: "mine" }), { recordInputs: false });
  await client.chat.completions.create(question);
  const { name, attributes } = await one();
  assert.equal(name, "mine");
  assert.equal(attributes["gen_ai.input.messages"], undefined);
});

test("the helpers of openai work, and each call has a span", async (t) => {
  const { spans } = await start(t);
  const { client } = openAI();
  wrapOpenAI(client);
  const { data, response } = await client.chat.completions
    .create(question)
    .withResponse();
  assert.equal(data.id, completion.id);
  assert.equal(response.status, 200);
  const raw = await client.chat.completions.create(question).asResponse();
  assert.equal((await raw.json()).id, completion.id);
  const parsed = await client.chat.completions.parse(question);
  assert.equal(parsed.choices[0].message.content, "because");
  const stream = await client.chat.completions.create(streaming);
  const [left, right] = stream.tee();
  for (const each of [left, right]) {
    let text = "";
    for await (const { choices } of each) text += choices[0].delta.content;
    assert.equal(text, "because");
  }
  const helper = client.chat.completions.stream(question);
  assert.equal(await helper.finalContent(), "because");
  const lines = (
    await client.chat.completions.create(streaming)
  ).toReadableStream();
  assert.match(await new Response(lines).text(), /cause/);
  const found = await spans();
  assert.equal(found.length, 6);
  for (const { attributes } of found) {
    assert.match(attributes["gen_ai.output.messages"], /because/);
    assert.equal(attributes["laminar.incomplete"], undefined);
  }
});

test("runTools has a span for each request", async (t) => {
  const { spans } = await start(t);
  const call = {
    id: "call_1",
    type: "function",
    function: { name: "why", arguments: "{}" },
  };
  const { client } = openAI((n) =>
    n > 0
      ? json()
      : json({
          ...completion,
          choices: [
            {
              index: 0,
              finish_reason: "tool_calls",
              message: { role: "assistant", content: null, tool_calls: [call] },
            },
          ],
        }),
  );
  wrapOpenAI(client);
  const runner = client.chat.completions.runTools({
    ...question,
    tools: [
      {
        type: "function",
        function: {
          name: "why",
          parameters: { type: "object", properties: {} },
          function: () => "because",
        },
      },
    ],
  });
  assert.equal(await runner.finalContent(), "because");
  const [first, second] = await spans();
  assert.deepEqual(first.attributes["gen_ai.response.finish_reasons"], [
    "tool_calls",
  ]);
  assert.match(first.attributes["gen_ai.output.messages"], /call_1/);
  assert.match(second.attributes["gen_ai.input.messages"], /call_1/);
});

test("a stream that is left or aborted is marked as cancelled", async (t) => {
  const { spans } = await start(t);
  const { client } = openAI(
    (_, __, { signal }) =>
      sse(events.slice(0, 3), { open: true, signal }).response,
  );
  wrapOpenAI(client);
  for await (const { choices } of await client.chat.completions.create(
    streaming,
  ))
    if (choices[0].delta.content) break;
  const stream = await client.chat.completions.create(streaming);
  for await (const { choices } of stream)
    if (choices[0].delta.content) stream.controller.abort();
  const found = await spans();
  assert.deepEqual(
    found.map(({ attributes }) => attributes["gen_ai.response.cancelled"]),
    [true, true],
  );
});

test("each retry has a span of its own, and the error is the client's", async (t) => {
  const { spans } = await start(t);
  const { client } = openAI(
    (n) =>
      n === 0
        ? json(
            { error: { message: "later", code: "server_error" } },
            { status: 500, headers: { "retry-after-ms": "1" } },
          )
        : json({ error: { message: "no" } }, { status: 401 }),
    { maxRetries: 2 },
  );
  wrapOpenAI(client);
  await assert.rejects(
    client.chat.completions.create(question),
    OpenAI.AuthenticationError,
  );
  const [first, second] = await spans();
  assert.equal(first.attributes["error.type"], "server_error");
  assert.equal(second.attributes["gen_ai.request.retry_count"], 1n);
  assert.equal(second.attributes["http.response.status_code"], 401n);
});

test("AzureOpenAI is traced", async (t) => {
  const { one } = await start(t);
  const { fetch } = answering();
  const client = new AzureOpenAI({
    apiKey: "k",
    apiVersion: "2024-10-21",
    endpoint: "https://mine.openai.azure.com",
    deployment: "dep",
    fetch,
  });
  assert.equal(wrapOpenAI(client), client);
  await client.chat.completions.create({ ...question, model: "" });
  const { attributes } = await one();
  assert.equal(attributes["gen_ai.system"], "azure");
  assert.equal(attributes["gen_ai.request.model"], "dep");
});

test("Anthropic is traced, and its stream helper works", async (t) => {
  const { spans } = await start(t);
  const message = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude",
    content: [{ type: "text", text: "because" }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 8, output_tokens: 4 },
  };
  const told = [
    {
      type: "message_start",
      message: { ...message, content: [], stop_reason: null },
    },
    {
      type: "content_block_start",
      index: 0,
      content_block: { type: "text", text: "" },
    },
    {
      type: "content_block_delta",
      index: 0,
      delta: { type: "text_delta", text: "because" },
    },
    { type: "content_block_stop", index: 0 },
    {
      type: "message_delta",
      delta: { stop_reason: "end_turn" },
      usage: { output_tokens: 4 },
    },
    { type: "message_stop" },
  ].map((event) => `event: ${event.type}\n${eventOf(event)}`);
  const { fetch } = answering((_, __, { body }) =>
    JSON.parse(body).stream ? sse(told).response : json(message),
  );
  const client = new Anthropic({ apiKey: "k", fetch });
  assert.equal(wrapAnthropic(client), client);
  const ask = { model: "claude", max_tokens: 9, messages: question.messages };
  assert.equal((await client.messages.create(ask)).content[0].text, "because");
  assert.equal(
    (await client.messages.stream(ask).finalMessage()).content[0].text,
    "because",
  );
  const { data } = await client.messages.create(ask).withResponse();
  assert.equal(data.id, "msg_1");
  const found = await spans();
  assert.equal(found.length, 3);
  for (const { attributes, name } of found) {
    assert.equal(name, "chat claude");
    assert.equal(attributes["gen_ai.system"], "anthropic");
    assert.equal(attributes["gen_ai.usage.input_tokens"], 8n);
    assert.match(attributes["gen_ai.output.messages"], /because/);
  }
});

test("a client with the form of @google/genai's is traced", async (t) => {
  const { one } = await start(t);
  const { fetch } = answering(() => json({ candidates: [] }));
  const apiClient = { apiCall: (url, init) => fetch(url, init) };
  const client = { apiClient };
  assert.equal(wrapGoogleGenAI(wrapGoogleGenAI(client)), client);
  assert.equal(client.apiClient, apiClient);
  const url =
    "https://generativelanguage.googleapis.com/v1beta/models/g:generateContent";
  await apiClient.apiCall(url, {
    method: "POST",
    body: JSON.stringify({ contents: [] }),
  });
  const { name, attributes } = await one();
  assert.equal(name, "gemini.generate_content");
  assert.equal(attributes["gen_ai.request.model"], "g");
});

test("a value that is no client is returned as it is", () => {
  for (const value of [undefined, null, 5, {}, Object.freeze({ fetch() {} })])
    assert.equal(wrapClient(value), value);
  assert.equal(wrapGoogleGenAI(undefined), undefined);
});
