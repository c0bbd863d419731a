// Programs of users of `openai`, the same for its versions. `run` takes a client and the bodies of the
// cases; what it returns must not depend on whether the client is wrapped.

import { failureOf, plain, textOf } from "./results.mjs";

const UNSTREAMED = ({ stream, ...request }) => request;
const weather = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather of a city",
    parse: JSON.parse,
    function: ({ city }) => `3 degrees in ${city}`,
    parameters: { type: "object", properties: { city: { type: "string" } } },
  },
};
const toolTurn = {
  id: "chatcmpl-1",
  object: "chat.completion",
  model: "gpt-4o-mini-2024-07-18",
  choices: [
    {
      index: 0,
      finish_reason: "tool_calls",
      message: {
        role: "assistant",
        content: null,
        tool_calls: [
          {
            id: "call_1",
            type: "function",
            function: { name: "get_weather", arguments: '{"city":"Oslo"}' },
          },
        ],
      },
    },
  ],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
};
const lastTurn = {
  ...toolTurn,
  id: "chatcmpl-2",
  choices: [
    {
      index: 0,
      finish_reason: "stop",
      message: { role: "assistant", content: "It is cold." },
    },
  ],
};

async function chunksOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return plain(chunks);
}

const create = async (client, [request]) =>
  plain(await client.chat.completions.create(request));
const readStream = async (client, [request]) =>
  chunksOf(await client.chat.completions.create(request));

/**
 * `cases` answer in turn and say which spans there are, unless `answers` or `spans` do; `spans` may be a
 * list of changes to them.
 */
export const programs = {
  create: {
    cases: ["openai-chat/plain"],
    run: create,
  },
  "create with two choices": {
    cases: ["openai-chat/two-choices"],
    run: create,
  },
  "create with audio": {
    cases: ["openai-chat/audio"],
    run: create,
  },
  "a stream in a loop": {
    cases: ["openai-chat/stream-two-tools"],
    run: readStream,
  },
  "a stream with a name split": {
    cases: ["openai-chat/stream-tool-name-split"],
    run: readStream,
  },
  "a stream without tool index": {
    cases: ["openai-chat/stream-tools-without-index"],
    run: readStream,
  },
  "stream helper": {
    cases: ["openai-chat/stream-text"],
    async run(client, [request]) {
      const events = [];
      const stream = client.chat.completions
        .stream(UNSTREAMED(request))
        .on("content.delta", ({ delta }) => events.push(delta))
        .on("finalMessage", () => events.push("final"))
        .on("end", () => events.push("end"));
      const completion = await stream.finalChatCompletion();
      return plain({ events, completion, usage: await stream.totalUsage() });
    },
  },
  "stream helper in a loop": {
    cases: ["openai-chat/stream-two-choices"],
    run: async (client, [request]) =>
      chunksOf(client.chat.completions.stream(UNSTREAMED(request))),
  },
  parse: {
    cases: ["openai-chat/structured-output"],
    run: async (client, [request]) =>
      plain(await client.chat.completions.parse(request)),
  },
  runTools: {
    answers: [{ body: toolTurn }, { body: lastTurn }],
    spans: 2,
    async run(client) {
      const events = [];
      const runner = client.chat.completions
        .runTools({
          model: "gpt-4o-mini",
          messages: [{ role: "user", content: "Weather in Oslo?" }],
          tools: [weather],
        })
        .on("message", (message) => events.push(message));
      const content = await runner.finalContent();
      return plain({ content, events, usage: await runner.totalUsage() });
    },
  },
  "runTools in a stream": {
    answers: [
      "openai-chat/stream-tool-name-repeated",
      "openai-chat/stream-text",
    ],
    spans: 2,
    async run(client) {
      const runner = client.chat.completions.runTools({
        model: "gpt-4o-mini",
        stream: true,
        messages: [{ role: "user", content: "Weather in Oslo?" }],
        tools: [
          {
            ...weather,
            function: {
              ...weather.function,
              parse: undefined,
              function: String,
            },
          },
        ],
      });
      const deltas = [];
      for await (const { choices } of runner) deltas.push(choices[0]?.delta);
      return plain({ deltas, content: await runner.finalContent() });
    },
  },
  tee: {
    cases: ["openai-chat/stream-text"],
    async run(client, [request]) {
      const stream = await client.chat.completions.create(request);
      const [left, right] = stream.tee();
      const first = await chunksOf(left);
      return { first, second: await chunksOf(right) };
    },
  },
  toReadableStream: {
    cases: ["openai-chat/stream-text"],
    async run(client, [request]) {
      const stream = await client.chat.completions.create(request);
      return textOf(stream.toReadableStream());
    },
  },
  withResponse: {
    cases: ["openai-chat/plain"],
    async run(client, [request]) {
      const { data, response, request_id } = await client.chat.completions
        .create(request)
        .withResponse();
      return plain({ data, request_id, ...seen(response) });
    },
  },
  "withResponse of a stream": {
    cases: ["openai-chat/stream-text"],
    async run(client, [request]) {
      const { data, response } = await client.chat.completions
        .create(request)
        .withResponse();
      return { chunks: await chunksOf(data), ...seen(response) };
    },
  },
  asResponse: {
    cases: ["openai-chat/stream-text"],
    async run(client, [request]) {
      const response = await client.chat.completions
        .create(request)
        .asResponse();
      return { ...seen(response), text: await response.text() };
    },
  },
  "leaving the loop": {
    cases: ["openai-chat/stream-text"],
    answers: [{ case: "openai-chat/stream-text", hangAfter: 3 }],
    cancelled: { text: "Cold, and" },
    async run(client, [request]) {
      const stream = await client.chat.completions.create(request);
      const texts = [];
      for await (const { choices } of stream) {
        texts.push(choices[0].delta.content);
        if (texts.length === 3) break;
      }
      return texts;
    },
  },
  "controller.abort": {
    cases: ["openai-chat/stream-text"],
    answers: [{ case: "openai-chat/stream-text", hangAfter: 3 }],
    cancelled: { text: "Cold, and" },
    async run(client, [request]) {
      const stream = await client.chat.completions.create(request);
      const texts = [];
      for await (const { choices } of stream) {
        texts.push(choices[0].delta.content);
        if (texts.length === 3) stream.controller.abort();
      }
      return texts;
    },
  },
  "a signal before the headers": {
    cases: ["openai-chat/plain"],
    answers: [{ case: "openai-chat/plain", delayMs: 5_000 }],
    cancelled: {},
    async run(client, [request]) {
      const controller = new AbortController();
      const call = client.chat.completions.create(request, {
        signal: controller.signal,
      });
      setTimeout(() => controller.abort(), 500);
      return failureOf(call);
    },
  },
  "a timeout": {
    cases: ["openai-chat/plain"],
    answers: [{ case: "openai-chat/plain", delayMs: 5_000 }],
    cancelled: {},
    run: (client, [request]) =>
      failureOf(
        client.chat.completions.create(request, {
          timeout: 500,
          maxRetries: 0,
        }),
      ),
  },
  "one promise, awaited twice": {
    cases: ["openai-chat/stop-list"],
    async run(client, [request]) {
      const promise = client.chat.completions.create(request);
      const first = await promise;
      return { same: first === (await promise), first: plain(first) };
    },
  },
  retries: {
    cases: [
      "openai-chat/error-429",
      "openai-chat/error-429",
      "openai-chat/plain",
    ],
    answers: [
      { case: "openai-chat/error-429", headers: { "retry-after-ms": "1" } },
      { case: "openai-chat/error-429", headers: { "retry-after-ms": "1" } },
      "openai-chat/plain",
    ],
    retried: [0, 1, 2],
    run: async (client, requests) =>
      plain(await client.chat.completions.create(requests[2])),
  },
  "an error": {
    cases: ["openai-chat/error-400-type"],
    run: (client, [request]) =>
      failureOf(client.chat.completions.create(request)),
  },
  "an error in HTML": {
    cases: ["openai-chat/error-502-html"],
    run: (client, [request]) =>
      failureOf(client.chat.completions.create(request, { maxRetries: 0 })),
  },
  "an error midway": {
    cases: ["openai-chat/stream-error-midway"],
    async run(client, [request]) {
      const stream = await client.chat.completions.create(request);
      return failureOf(chunksOf(stream));
    },
  },
  "a connection that breaks": {
    cases: ["openai-chat/stream-text"],
    answers: [{ case: "openai-chat/stream-text", breakAfter: 3, pauseMs: 20 }],
    broken: true,
    async run(client, [request]) {
      const stream = await client.chat.completions.create(request);
      const { name } = await failureOf(chunksOf(stream));
      return typeof name;
    },
  },
  withOptions: {
    cases: ["openai-chat/plain"],
    run: async (client, [request]) =>
      plain(
        await client
          .withOptions({ maxRetries: 0 })
          .chat.completions.create(request),
      ),
  },
  "responses.create": {
    cases: ["openai-responses/plain"],
    run: async (client, [request]) =>
      plain(await client.responses.create(request)),
  },
  "responses.parse": {
    cases: ["openai-responses/function-call"],
    run: async (client, [request]) =>
      plain(await client.responses.parse(request)),
  },
  "responses in a stream": {
    cases: ["openai-responses/stream"],
    run: async (client, [request]) =>
      chunksOf(await client.responses.create(request)),
  },
  "responses.stream": {
    cases: ["openai-responses/stream"],
    async run(client, [request]) {
      const events = [];
      const stream = client.responses
        .stream(UNSTREAMED(request))
        .on("response.output_text.delta", ({ delta }) => events.push(delta));
      return plain({ response: await stream.finalResponse(), events });
    },
  },
  "embeddings.create": {
    cases: ["openai-embeddings/texts"],
    run: async (client, [request]) =>
      plain(await client.embeddings.create(request)),
  },
  "completions.create": {
    cases: ["openai-completions/stream"],
    run: async (client, [request]) =>
      chunksOf(await client.completions.create(request)),
  },
  "files.create is no call of a model": {
    answers: [{ body: { id: "file-1", object: "file" } }],
    spans: 0,
    run: async (client) =>
      plain(
        await client.files.create({
          file: new File(["{}\n"], "a.jsonl"),
          purpose: "batch",
        }),
      ),
  },
  "models.list is no call of a model": {
    answers: [{ body: { object: "list", data: [{ id: "gpt-4o" }] } }],
    spans: 0,
    run: async (client) => plain((await client.models.list()).data),
  },
};

/** Programs of the same client at hosts whose format differs a little. */
const streamOf = (id) => ({
  "a stream in a loop": {
    cases: [id],
    run: readStream,
  },
});
export const azurePrograms = streamOf("azure/stream");
export const openRouterPrograms = {
  ...streamOf("openrouter/stream"),
  "an error midway": {
    cases: ["openrouter/stream-error"],
    async run(client, [request]) {
      const stream = await client.chat.completions.create(request);
      return failureOf(chunksOf(stream));
    },
  },
};
export const deepSeekPrograms = streamOf("deepseek/stream");

function seen(response) {
  return {
    status: response.status,
    ok: response.ok,
    type: response.headers.get("content-type"),
    path: response.url && new URL(response.url).pathname,
    redirected: response.redirected,
    isResponse: response instanceof Response,
  };
}
