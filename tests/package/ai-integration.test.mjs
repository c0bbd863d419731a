// AI SDK 7 reports its steps to an integration: the spans that LaminarAiSdkTelemetry makes of them.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { aiSdkTelemetry } from "laminar-edge";
import { MockEmbeddingModelV4, MockRerankingModelV4 } from "ai7/test";
import { named, record, VERSIONS } from "./support/ai.mjs";
import { lines, outline } from "./support/outline.mjs";
import { generate, mockModel, question, stream } from "./workers/ai-agent.js";

const { ai, Mock } = VERSIONS[7];
const MODEL = "ai.llm Mock.chat:mock-1";

/** Asks a question with an integration of its own. */
const ask = (options, more) => ({
  ...question(ai, mockModel(Mock, 4)),
  telemetry: { integrations: aiSdkTelemetry(options) },
  ...more,
});
const outlineOf = (name) =>
  lines(`
    request
      ai.${name}
        ${MODEL}
        ai.tool weather
          look up
        ${MODEL}
  `);
const type = ({ attributes }) => attributes["lmnr.span.type"];
const json = (span, key) => JSON.parse(span.attributes[key]);

describe("AI SDK 7", () => {
  for (const action of [generate, stream]) {
    test(`${action.name}Text with a tool`, async (t) => {
      const spans = await record(t, async () =>
        assert.equal(await action(ai, ask()), "It is 31 degrees."),
      );
      assert.equal(outline(spans), outlineOf(`${action.name}Text`));
      const [operation] = named(spans, `ai.${action.name}Text`);
      const [first, second] = named(spans, "ai.llm");
      const [tool] = named(spans, "ai.tool");

      assert.deepEqual([operation, first, tool].map(type), [
        "DEFAULT",
        "LLM",
        "TOOL",
      ]);
      assert.deepEqual(json(operation, "lmnr.span.input"), [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Is it warm in Rome?" },
      ]);
      const [{ content }] = json(operation, "lmnr.span.output");
      assert.equal(content.at(-1).text, "It is 31 degrees.");
      // Laminar sums these over all spans.
      for (const key of Object.keys(operation.attributes))
        assert.doesNotMatch(key, /usage/);

      const { attributes } = first;
      assert.equal(attributes["gen_ai.system"], "mock");
      assert.equal(attributes["gen_ai.request.model"], "mock-1");
      assert.equal(attributes["gen_ai.response.model"], "mock-1-0");
      assert.equal(attributes["gen_ai.response.id"], "response-1");
      assert.equal(attributes["gen_ai.usage.input_tokens"], 11n);
      assert.equal(attributes["gen_ai.usage.output_tokens"], 5n);
      assert.equal(attributes["llm.usage.total_tokens"], 16n);
      assert.equal(attributes["gen_ai.usage.reasoning_tokens"], 2n);
      assert.equal(attributes["gen_ai.usage.cache_read_input_tokens"], 3n);
      assert.equal(attributes["gen_ai.response.finish_reason"], "tool-calls");
      assert.equal(json(first, "gen_ai.tool.definitions")[0].name, "weather");
      assert.equal(json(first, "gen_ai.input.messages").length, 2);
      assert.deepEqual(
        json(second, "gen_ai.input.messages").map(({ role }) => role),
        ["system", "user", "assistant", "tool"],
      );
      assert.deepEqual(json(second, "gen_ai.output.messages"), [
        {
          role: "assistant",
          content: [{ type: "text", text: "It is 31 degrees." }],
        },
      ]);
      assert.deepEqual(json(tool, "lmnr.span.input"), { city: "Rome" });
      assert.deepEqual(json(tool, "lmnr.span.output"), {
        city: "Rome",
        degrees: 31,
      });
      for (const { status } of [operation, first, second, tool])
        assert.equal(status.code, 1);
    });
  }

  test("createStepSpan", async (t) => {
    const spans = await record(t, () =>
      stream(ai, ask({ createStepSpan: true })),
    );
    assert.equal(
      outline(spans),
      lines(`
        request
          ai.streamText
            ai.step
              ${MODEL}
              ai.tool weather
                look up
            ai.step
              ${MODEL}
      `),
    );
    const [, second] = named(spans, "ai.step");
    assert.equal(second.attributes["ai.step.number"], 1n);
    assert.equal(json(second, "lmnr.span.output")[0].content.length, 1);
  });

  test("without inputs and outputs, nothing that was said is recorded", async (t) => {
    const quiet = { recordInputs: false, recordOutputs: false };
    const spans = await record(t, async () => {
      await generate(ai, ask({ ...quiet, createStepSpan: true }));
      const telemetry = { integrations: aiSdkTelemetry(), ...quiet };
      await stream(ai, ask({}, { telemetry }));
      const failing = ask(quiet);
      failing.tools.weather.execute = () => {
        throw new Error("Rome is closed");
      };
      await generate(ai, failing);
    });
    const told = spans.filter(({ name }) => name.startsWith("ai."));
    assert.equal(told.length, 6 + 4 + 4);
    const text = JSON.stringify(
      told.map(({ attributes, events, status }) => [
        attributes,
        events.map((event) => event.attributes),
        status,
      ]),
      (_, value) => (typeof value === "bigint" ? Number(value) : value),
    );
    assert.doesNotMatch(text, /Rome|brief|degrees/);
    assert.match(text, /gen_ai\.usage\.input_tokens/);
  });

  test("a tool that fails", async (t) => {
    const options = ask();
    options.tools.weather.execute = async () => {
      throw new RangeError("no such city");
    };
    const spans = await record(t, () => generate(ai, options));
    const [tool] = named(spans, "ai.tool");
    assert.equal(tool.status.code, 2);
    assert.equal(tool.events[0].attributes["exception.type"], "RangeError");
    assert.equal(tool.attributes["lmnr.span.output"], "no such city");
    assert.equal(tool.attributes["ai.toolCall.error"], "no such city");
    assert.equal(named(spans, "ai.generateText")[0].status.code, 1);
  });

  test("a model that fails at once or in the middle of its stream", async (t) => {
    const failure = new TypeError("no model today");
    const model = new Mock({
      provider: "Mock.chat",
      modelId: "mock-1",
      doGenerate: async () => {
        throw failure;
      },
      doStream: async () => ({
        stream: new ReadableStream({
          pull: (controller) => controller.error(failure),
        }),
      }),
    });
    const spans = await record(t, async () => {
      await assert.rejects(generate(ai, ask({}, { model })), failure);
      const onError = () => {};
      const result = ai.streamText(ask({}, { model, onError }));
      await result.consumeStream({ onError });
    });
    assert.equal(
      outline(spans),
      lines(`
        request
          ai.generateText
            ${MODEL}
        ai.streamText
          ${MODEL}
      `),
    );
    for (const { name, status, events } of spans) {
      assert.equal(status.code, 2, name);
      assert.equal(events[0].attributes["exception.type"], "TypeError");
    }
  });

  test("a stream that begins at the second attempt", async (t) => {
    const busy = new ai.APICallError({
      message: "overloaded",
      url: "https://model.test",
      requestBodyValues: {},
      statusCode: 529,
      responseHeaders: { "retry-after-ms": "1" },
    });
    const model = mockModel(Mock, 4);
    const { doStream } = model;
    let calls = 0;
    model.doStream = (options) => {
      if (calls++ === 0) throw busy;
      return doStream(options);
    };
    const options = ask({}, { model, maxRetries: 1 });
    const spans = await record(t, () => stream(ai, options));
    const [first, second] = named(spans, MODEL);
    assert.equal(first.status.code, 2);
    assert.equal(first.status.message, "overloaded");
    assert.deepEqual(
      first.events.map(({ name }) => name),
      ["exception"],
    );
    assert.equal(second.status.code, 1);
    assert.equal(named(spans, "ai.streamText")[0].status.code, 1);
  });

  test("a model that says in its stream that it failed", async (t) => {
    const model = mockModel(Mock, 4);
    const parts = [
      { type: "stream-start", warnings: [] },
      { type: "error", error: new Error("overloaded") },
      {
        type: "finish",
        finishReason: { unified: "error", raw: "error" },
        usage: { inputTokens: {}, outputTokens: {} },
      },
    ];
    model.doStream = async () => ({ stream: ReadableStream.from(parts) });
    const onError = () => {};
    const spans = await record(t, async () => {
      const options = ask({ createStepSpan: true }, { model, onError });
      await ai.streamText(options).consumeStream({ onError });
    });
    assert.equal(spans.length, 3);
    for (const { name, status, events } of spans) {
      assert.equal(status.code, 2, name);
      assert.deepEqual(
        events.map((event) => event.name),
        ["exception"],
      );
    }
  });

  test("an abort is not recorded as a failure", async (t) => {
    const spans = await record(t, async () => {
      const abort = new AbortController();
      const result = ai.streamText(ask({}, { abortSignal: abort.signal }));
      for await (const { type } of result.fullStream)
        if (type === "start-step") abort.abort(new Error("enough"));
    });
    const [operation] = named(spans, "ai.streamText");
    assert.equal(operation.status.code, 0);
    assert.equal(operation.attributes["ai.response.aborted"], true);
    assert.equal(operation.attributes["ai.response.abortReason"], "enough");
    outline(spans);
  });

  test("objects, embeddings and rankings", async (t) => {
    const telemetry = { integrations: aiSdkTelemetry(), functionId: "task" };
    const usage = { inputTokens: { total: 7 }, outputTokens: { total: 2 } };
    const finishReason = { unified: "stop", raw: "stop" };
    const text = '{"warm":true}';
    const model = new Mock({
      provider: "Mock.chat",
      modelId: "mock-1",
      doGenerate: {
        content: [{ type: "text", text }],
        finishReason,
        usage,
        warnings: [],
      },
      doStream: async () => ({
        stream: ai.simulateReadableStream({
          chunks: [
            { type: "stream-start", warnings: [] },
            { type: "text-start", id: "t" },
            { type: "text-delta", id: "t", delta: text },
            { type: "text-end", id: "t" },
            { type: "finish", finishReason, usage },
          ],
        }),
      }),
    });
    const embedder = new MockEmbeddingModelV4({
      doEmbed: async ({ values }) => ({
        embeddings: values.map(() => [0.5, 0.25]),
        usage: { tokens: 4 },
        warnings: [],
      }),
    });
    const ranker = new MockRerankingModelV4({
      doRerank: async () => ({ ranking: [{ index: 1, relevanceScore: 0.9 }] }),
    });
    const spans = await record(t, async () => {
      const prompt = "Warm?";
      const output = "no-schema";
      await ai.generateObject({ model, prompt, output, telemetry });
      const { partialObjectStream } = ai.streamObject({
        model,
        prompt,
        output,
        telemetry,
      });
      for await (const part of partialObjectStream) void part;
      await ai.embed({ model: embedder, value: "Rome", telemetry });
      await ai.embedMany({
        model: embedder,
        values: ["Rome", "Oslo"],
        telemetry,
      });
      const documents = ["Oslo", "Rome"];
      await ai.rerank({ model: ranker, query: "warm", documents, telemetry });
    });
    assert.equal(
      outline(spans),
      lines(`
        ai.generateObject task
          ${MODEL}
        ai.streamObject task
          ${MODEL}
        ai.embed task
        ai.embedMany task
        ai.rerank task
      `),
    );
    const calls = named(spans, "ai.llm");
    for (const call of calls) {
      assert.equal(call.attributes["gen_ai.usage.input_tokens"], 7n);
      assert.equal(
        json(call, "gen_ai.output.messages")[0].content[0].text,
        text,
      );
    }
    for (const { attributes } of named(spans, "ai.generateObject")) {
      assert.equal(attributes["lmnr.span.output"], text);
      assert.equal(attributes["ai.functionId"], "task");
    }
    const [one, many] = named(spans, "ai.embed");
    assert.deepEqual([one, many].map(type), ["LLM", "LLM"]);
    assert.equal(one.attributes["lmnr.span.input"], "Rome");
    assert.equal(one.attributes["gen_ai.usage.input_tokens"], 4n);
    assert.equal(many.attributes["ai.embed.count"], 2n);
    const [ranking] = named(spans, "ai.rerank");
    assert.equal(json(ranking, "lmnr.span.input").query, "warm");
    assert.equal(json(ranking, "lmnr.span.output")[0].document, "Rome");
  });
});
