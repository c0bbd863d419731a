// AI SDK 7's integration: the parents of its spans, and what an isolate shares between requests.

import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import {
  aiSdkTelemetry,
  Laminar,
  LaminarAiSdkTelemetry,
  observe,
  registerAiSdkTelemetry,
  TracingLevel,
  withTracingLevel,
  wrapAISDK,
} from "laminar-edge";
import { named, record, VERSIONS } from "./support/ai.mjs";
import { lines, outline } from "./support/outline.mjs";
import { generate, mockModel, question, stream } from "./workers/ai-agent.js";

const { ai, Mock } = VERSIONS[7];
const MODEL = "ai.llm Mock.chat:mock-1";
const ask = () => question(ai, mockModel(Mock, 4));

describe("AI SDK 7's integration", () => {
  afterEach(() => delete globalThis.AI_SDK_TELEMETRY_INTEGRATIONS);

  test("registered with every request, it records once", async (t) => {
    const other = {};
    globalThis.AI_SDK_TELEMETRY_INTEGRATIONS = [other];
    registerAiSdkTelemetry({ createStepSpan: true });
    const latest = registerAiSdkTelemetry();
    assert.ok(latest instanceof LaminarAiSdkTelemetry);
    assert.deepEqual(AI_SDK_TELEMETRY_INTEGRATIONS, [other, latest]);
    const spans = await record(t, () => generate(ai, ask()));
    assert.equal(spans.length, 6);
  });

  test("registerTelemetry of the AI SDK accepts it too", async (t) => {
    ai.registerTelemetry(new LaminarAiSdkTelemetry());
    const spans = await record(t, () => stream(ai, ask()));
    assert.equal(spans.length, 6);
  });

  test("calls at the same time do not mix, even with the same ids of tool calls", async (t) => {
    registerAiSdkTelemetry();
    const names = ["one", "two", "three"];
    const spans = await record(t, () =>
      Promise.all(
        names.map((name) =>
          observe({ name }, () =>
            name === "two" ? generate(ai, ask()) : stream(ai, ask()),
          ),
        ),
      ),
    );
    assert.equal(spans.length, 3 * 7);
    for (const name of names) {
      const { traceId } = spans.find((span) => span.name === name);
      assert.equal(
        outline(spans.filter((span) => span.traceId === traceId)),
        lines(`
          ${name}
            request
              ai.${name === "two" ? "generateText" : "streamText"}
                ${MODEL}
                ai.tool weather
                  look up
                ${MODEL}
        `),
      );
    }
  });

  test("an agent inside a tool and a model that calls observe nest", async (t) => {
    registerAiSdkTelemetry();
    const options = ask();
    const inner = mockModel(Mock, 4);
    const { doGenerate } = inner;
    inner.doGenerate = (...args) =>
      observe({ name: "fetch" }, () => doGenerate.apply(inner, args));
    options.tools.weather.execute = async () => {
      const { text } = await ai.generateText(question(ai, inner));
      return text;
    };
    const spans = await record(t, () => generate(ai, options));
    assert.equal(
      outline(spans),
      lines(`
        request
          ai.generateText
            ${MODEL}
            ai.tool weather
              ai.generateText
                ${MODEL}
                  fetch
                ai.tool weather
                  look up
                ${MODEL}
                  fetch
            ${MODEL}
      `),
    );
  });

  test("a named parent is used, unless a nearer span is active", async (t) => {
    const spans = await record(t, async () => {
      const parent = Laminar.startSpan({ name: "parent" });
      const telemetry = { integrations: aiSdkTelemetry({ parent }) };
      await observe({ name: "elsewhere" }, () =>
        ai.generateText({ ...ask(), telemetry }),
      );
      await observe({ name: "near", parent }, () =>
        ai.generateText({ ...ask(), telemetry }),
      );
      parent.end();
    });
    const operations = named(spans, "ai.generateText");
    const paths = operations.map(
      ({ attributes }) => attributes["lmnr.span.path"],
    );
    assert.deepEqual(paths, [
      ["parent", "ai.generateText"],
      ["parent", "near", "ai.generateText"],
    ]);
  });

  test("laminarOptions initialize the SDK once", async (t) => {
    t.after(() => Laminar.shutdown());
    aiSdkTelemetry();
    assert.equal(Laminar.initialized(), false);
    const baseUrl = "http://127.0.0.1:9";
    aiSdkTelemetry({ laminarOptions: { projectApiKey: "one", baseUrl } });
    aiSdkTelemetry({ laminarOptions: { projectApiKey: "two", baseUrl } });
    assert.equal(Laminar.getProjectApiKey(), "one");
  });

  test("calls that never end are evicted and recorded", async (t) => {
    const integration = new LaminarAiSdkTelemetry();
    const spans = await record(t, () => {
      for (let i = 0; i < 1030; i++)
        integration.onStart({ callId: `${i}`, operationId: `ai.call ${i}` });
    });
    assert.deepEqual(
      spans.map(({ name }) => name).sort(),
      Array.from({ length: 6 }, (_, i) => `ai.call ${i}`),
    );
  });

  test("invalid events are ignored", async (t) => {
    const integration = new LaminarAiSdkTelemetry();
    const callId = "call";
    const hostile = {
      callId,
      get usage() {
        throw new Error("no");
      },
      get() {
        throw new Error("no");
      },
    };
    const spans = await record(t, async () => {
      integration.onStart({ callId, operationId: "ai.generateText" });
      for (const event of [undefined, null, 5, {}, { callId: "?" }, hostile]) {
        for (const name of Object.getOwnPropertyNames(
          LaminarAiSdkTelemetry.prototype,
        ))
          if (/^on(?!Start|Error|Abort|End)/.test(name))
            integration[name](event);
      }
      const execute = () => Promise.resolve(1);
      assert.equal(await integration.executeTool({ execute }), 1);
      assert.equal(await integration.executeLanguageModelCall({ execute }), 1);
      const unreadable = Object.defineProperty({ callId }, "content", hostile);
      integration.onEnd(unreadable);
      integration.onEnd({ callId });
    });
    assert.equal(named(spans, "ai.generateText").length, 1);
    outline(spans);
  });
});

for (const [version, { ai, Mock, interface: shape }] of Object.entries(
  VERSIONS,
)) {
  test(`META_ONLY and OFF hold for AI SDK ${version}`, async (t) => {
    t.after(() => delete globalThis.AI_SDK_TELEMETRY_INTEGRATIONS);
    const wrapped = version === "7" ? ai : wrapAISDK(ai);
    if (version === "7") registerAiSdkTelemetry();
    const spans = await record(t, async () => {
      for (const action of [generate, stream]) {
        for (const level of [TracingLevel.META_ONLY, TracingLevel.OFF])
          await withTracingLevel(
            level,
            action,
            wrapped,
            question(ai, mockModel(Mock, shape)),
          );
      }
    });
    assert.equal(spans.length, 2 * 6);
    outline(spans);
    for (const { name, attributes } of spans)
      for (const [key, value] of Object.entries(attributes))
        assert.doesNotMatch(
          String(value),
          /Rome|Be brief|degrees/,
          `${name} ${key}`,
        );
  });
}
