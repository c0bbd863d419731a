// Programs of users of the AI SDK with `@ai-sdk/openai`; see openai.mjs. `sdk` is `{ ai, openai }`: the
// package `ai` and a provider.

import { failureOf, plain } from "./results.mjs";

const schema = (ai, properties) =>
  ai.jsonSchema({
    type: "object",
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  });
const weather = (ai) =>
  ai.tool({
    description: "The weather of a city",
    inputSchema: schema(ai, { city: { type: "string" } }),
    execute: async ({ city }) => `3 degrees in ${city}`,
  });
const count = ({ inputTokens, outputTokens, totalTokens }) => ({
  inputTokens,
  outputTokens,
  totalTokens,
});

export const programs = {
  generateText: {
    answers: ["openai-chat/plain"],
    spans: 1,
    async run({ ai, openai }) {
      const { text, usage, finishReason } = await ai.generateText({
        model: openai.chat("gpt-4o-mini"),
        prompt: "Hi",
      });
      return plain({ text, usage: count(usage), finishReason });
    },
  },
  "streamText with a tool, in two steps": {
    answers: [
      "openai-chat/stream-tool-name-repeated",
      "openai-chat/stream-text",
    ],
    spans: 2,
    async run({ ai, openai }) {
      const result = ai.streamText({
        model: openai.chat("gpt-4o-mini"),
        prompt: "Weather in Oslo?",
        tools: { get_weather: weather(ai) },
        stopWhen: ai.stepCountIs(3),
      });
      const texts = [];
      for await (const text of result.textStream) texts.push(text);
      const steps = await result.steps;
      return plain({
        texts,
        results: steps.map(({ toolResults }) =>
          toolResults.map(({ output }) => output),
        ),
      });
    },
  },
  "streamText from Responses": {
    answers: ["openai-responses/stream-completed-without-output"],
    spans: 1,
    async run({ ai, openai }) {
      const result = ai.streamText({
        model: openai.responses("gpt-5-mini"),
        prompt: "Weather in Oslo?",
      });
      const texts = [];
      for await (const text of result.textStream) texts.push(text);
      return plain({ texts, usage: count(await result.usage) });
    },
  },
  "streamText left early": {
    answers: [{ case: "openai-chat/stream-text", hangAfter: 3 }],
    spans: 1,
    cancelled: { text: "Cold, and" },
    async run({ ai, openai }) {
      const controller = new AbortController();
      const result = ai.streamText({
        model: openai.chat("gpt-4o-mini"),
        prompt: "Hi",
        abortSignal: controller.signal,
        onError() {},
      });
      const texts = [];
      for await (const part of result.fullStream) {
        if (part.type !== "text-delta") continue;
        texts.push(part.text);
        if (texts.length === 2) controller.abort();
      }
      return texts;
    },
  },
  "an error": {
    answers: ["openai-chat/error-400-type"],
    spans: 1,
    run: ({ ai, openai }) =>
      failureOf(
        ai.generateText({
          model: openai.chat("gpt-4o-mini"),
          prompt: "Hi",
          maxRetries: 0,
        }),
      ),
  },
  embed: {
    answers: ["openai-embeddings/text"],
    spans: 1,
    run: async ({ ai, openai }) =>
      plain(
        (
          await ai.embed({
            model: openai.textEmbeddingModel("text-embedding-3-small"),
            value: "a small text",
          })
        ).embedding,
      ),
  },
};
