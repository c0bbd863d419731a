// Programs of users of `@anthropic-ai/sdk`; see openai.mjs.

import { failureOf, plain, textOf } from "./results.mjs";

const UNSTREAMED = ({ stream, ...request }) => request;

async function eventsOf(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return plain(events);
}

export const programs = {
  create: {
    cases: ["anthropic/cache-and-thinking"],
    run: async (client, [request]) =>
      plain(await client.messages.create(request)),
  },
  "create with tools": {
    cases: ["anthropic/tools"],
    run: async (client, [request]) =>
      plain(await client.messages.create(request)),
  },
  "a stream in a loop": {
    cases: ["anthropic/stream-thinking"],
    run: async (client, [request]) =>
      eventsOf(await client.messages.create(request)),
  },
  "messages.stream": {
    cases: ["anthropic/stream-tools"],
    async run(client, [request]) {
      const texts = [];
      const stream = client.messages
        .stream(UNSTREAMED(request))
        .on("text", (text) => texts.push(text));
      return plain({ message: await stream.finalMessage(), texts });
    },
  },
  "messages.stream in a loop": {
    cases: ["anthropic/stream-web-search"],
    run: async (client, [request]) =>
      eventsOf(client.messages.stream(UNSTREAMED(request))),
  },
  tee: {
    cases: ["anthropic/stream-text"],
    async run(client, [request]) {
      const stream = await client.messages.create(request);
      const [left, right] = stream.tee();
      const first = await eventsOf(left);
      return { first, second: await eventsOf(right) };
    },
  },
  toReadableStream: {
    cases: ["anthropic/stream-text"],
    async run(client, [request]) {
      const stream = await client.messages.create(request);
      return textOf(stream.toReadableStream());
    },
  },
  withResponse: {
    cases: ["anthropic/plain"],
    async run(client, [request]) {
      const { data, response } = await client.messages
        .create(request)
        .withResponse();
      return plain({ data, status: response.status });
    },
  },
  asResponse: {
    cases: ["anthropic/stream-text"],
    async run(client, [request]) {
      const response = await client.messages.create(request).asResponse();
      return { status: response.status, text: await response.text() };
    },
  },
  "leaving the loop": {
    cases: ["anthropic/stream-text"],
    answers: [{ case: "anthropic/stream-text", hangAfter: 5 }],
    cancelled: { text: "42", usage: [25, 1] },
    async run(client, [request]) {
      const stream = await client.messages.create(request);
      const types = [];
      for await (const { type } of stream) {
        types.push(type);
        if (types.length === 4) break;
      }
      return types;
    },
  },
  "stream.abort": {
    cases: ["anthropic/stream-text"],
    answers: [{ case: "anthropic/stream-text", hangAfter: 5 }],
    cancelled: { text: "42", usage: [25, 1] },
    async run(client, [request]) {
      const stream = client.messages.stream(UNSTREAMED(request));
      stream.on("text", (_, whole) => whole === "42" && stream.abort());
      return failureOf(stream.finalMessage());
    },
  },
  retries: {
    cases: ["anthropic/error-529", "anthropic/plain"],
    answers: [
      { case: "anthropic/error-529", headers: { "retry-after-ms": "1" } },
      "anthropic/plain",
    ],
    retried: [0, 1],
    run: async (client, requests) =>
      plain(await client.messages.create(requests[1])),
  },
  "an error": {
    cases: ["anthropic/error-400"],
    run: (client, [request]) => failureOf(client.messages.create(request)),
  },
  "an error midway": {
    cases: ["anthropic/stream-error"],
    async run(client, [request]) {
      const stream = await client.messages.create(request);
      return failureOf(eventsOf(stream));
    },
  },
  toolRunner: {
    answers: [
      {
        body: {
          id: "msg_1",
          type: "message",
          role: "assistant",
          model: "claude-sonnet-4-6-20260217",
          content: [
            { type: "tool_use", id: "toolu_1", name: "now", input: {} },
          ],
          stop_reason: "tool_use",
          stop_sequence: null,
          usage: { input_tokens: 5, output_tokens: 4 },
        },
      },
      "anthropic/plain",
    ],
    spans: 2,
    async run(client) {
      const runner = client.beta.messages.toolRunner({
        model: "claude-sonnet-4-6",
        max_tokens: 100,
        messages: [{ role: "user", content: "What time is it?" }],
        tools: [
          {
            name: "now",
            description: "The time",
            input_schema: { type: "object", properties: {} },
            parse: (input) => input,
            run: () => "noon",
          },
        ],
      });
      return plain(await runner);
    },
  },
  "countTokens is no call of a model": {
    answers: [{ body: { input_tokens: 9 } }],
    spans: 0,
    run: async (client) =>
      plain(
        await client.messages.countTokens({
          model: "claude-sonnet-4-6",
          messages: [{ role: "user", content: "Hi" }],
        }),
      ),
  },
};
