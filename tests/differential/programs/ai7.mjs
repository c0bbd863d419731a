// AI SDK 7 and the integration that each SDK has for it.

import * as ai from "ai7";
import {
  MockEmbeddingModelV4,
  MockLanguageModelV4,
  MockRerankingModelV4,
} from "ai7/test";
import { mockModel } from "../../package/workers/ai-agent.js";

export const needs = ["aiSdkTelemetry"];

const model = () => mockModel(MockLanguageModelV4, 4, 0);
const broken = () =>
  new MockLanguageModelV4({
    provider: "Mock.chat",
    modelId: "mock-1",
    async doGenerate() {
      throw new TypeError("no such model");
    },
    async doStream() {
      throw new TypeError("no such model");
    },
  });

export default async ({ Laminar, observe, aiSdkTelemetry }) => {
  // It would warn of deprecated functions on the console.
  globalThis.AI_SDK_LOG_WARNINGS = false;

  /** Runs one call below a span of its name, with an integration of its own. */
  const call = (name, action, options) =>
    observe({ name, sessionId: "s" }, async () => {
      try {
        return await action({
          maxRetries: 0,
          telemetry: {
            functionId: name,
            integrations: aiSdkTelemetry(options),
          },
        });
      } catch (error) {
        return error.message;
      }
    });
  const agent = (execute) => ({
    model: model(),
    system: "Be brief.",
    prompt: "Is it warm in Rome?",
    stopWhen: ai.stepCountIs(3),
    tools: {
      weather: {
        description: "The weather of a city.",
        inputSchema: ai.jsonSchema({
          type: "object",
          properties: { city: { type: "string" } },
        }),
        execute,
      },
    },
  });
  const lookUp = ({ city }) =>
    observe({ name: `look up ${city}` }, async () => ({ city, degrees: 31 }));

  const found = {};
  found.generate = await call("generate", async (options) => {
    const { text } = await ai.generateText({ ...agent(lookUp), ...options });
    return text;
  });
  found.stream = await call("stream", async (options) => {
    let text = "";
    const { textStream } = ai.streamText({ ...agent(lookUp), ...options });
    for await (const part of textStream) text += part;
    return text;
  });
  const quiet = { recordInputs: false, recordOutputs: false };
  for (const [name, more] of [
    ["steps", { createStepSpan: true }],
    ["quiet", quiet],
    ["quiet steps", { createStepSpan: true, ...quiet }],
  ])
    found[name] = await call(
      name,
      async (options) => {
        const { text } = await ai.generateText({
          ...agent(lookUp),
          ...options,
        });
        return text;
      },
      more,
    );
  found["failing tool"] = await call("failing tool", async (options) => {
    const closed = () => {
      throw new TypeError("Rome is closed");
    };
    const { text } = await ai.generateText({ ...agent(closed), ...options });
    return text;
  });
  found["no model"] = await call("no model", (options) =>
    ai.generateText({ model: broken(), prompt: "Hi", ...options }),
  );
  found["no stream"] = await call("no stream", async (options) => {
    const { textStream } = ai.streamText({
      model: broken(),
      messages: [{ role: "user", content: "Hi" }],
      onError() {},
      ...options,
    });
    for await (const _ of textStream);
  });
  found.embed = await call("embed", async (options) => {
    const embedder = new MockEmbeddingModelV4({
      provider: "mock.embedding",
      modelId: "embedder",
      doEmbed: async ({ values }) => ({
        embeddings: values.map(() => [0.5, 0.25]),
        usage: { tokens: 4 },
        warnings: [],
      }),
    });
    await ai.embed({ model: embedder, value: "sunny", ...options });
    const values = ["sunny", "rainy"];
    const { embeddings } = await ai.embedMany({
      model: embedder,
      values,
      ...options,
    });
    return embeddings.length;
  });
  found.rerank = await call("rerank", async (options) => {
    const ranker = new MockRerankingModelV4({
      provider: "mock.reranking",
      modelId: "ranker",
      doRerank: async () => ({
        ranking: [{ index: 1, relevanceScore: 0.9 }],
        warnings: [],
      }),
    });
    const documents = ["rain", "sun"];
    const { ranking } = await ai.rerank({
      model: ranker,
      query: "warm",
      documents,
      ...options,
    });
    return ranking.length;
  });
  await Laminar.flush();
  return found;
};
