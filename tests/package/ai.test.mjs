// The AI SDK, versions 5 and 6: telemetry through a tracer.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { getTracer, observe, wrapAISDK } from "laminar-edge";
import { named, record, VERSIONS } from "./support/ai.mjs";
import { lines, outline } from "./support/outline.mjs";
import { generate, mockModel, question, stream } from "./workers/ai-agent.js";

const OUTLINES = {
  generate: lines(`
    request
      ai.generateText
        ai.generateText.doGenerate
        ai.toolCall
          look up
        ai.generateText.doGenerate
  `),
  // A stream's tools run where its parts are read, which in Node is below the call of the model.
  stream: lines(`
    request
      ai.streamText
        ai.streamText.doStream
          ai.toolCall
            look up
        ai.streamText.doStream
  `),
};

for (const version of [5, 6]) {
  const { ai, Mock, interface: shape } = VERSIONS[version];
  const wrapped = wrapAISDK(ai);
  const ask = (more) => ({ ...question(ai, mockModel(Mock, shape)), ...more });

  describe(`AI SDK ${version}`, () => {
    for (const action of [generate, stream]) {
      test(`${action.name}Text with a tool`, async (t) => {
        const spans = await record(t, async () =>
          assert.equal(await action(wrapped, ask()), "It is 31 degrees."),
        );
        assert.equal(outline(spans), OUTLINES[action.name]);
        const calls = named(spans, `ai.${action.name}Text.do`);
        assert.deepEqual(
          calls.map(({ attributes }) => [
            attributes["gen_ai.system"],
            attributes["gen_ai.request.model"],
            attributes["gen_ai.response.model"],
            attributes["gen_ai.usage.input_tokens"],
            attributes["gen_ai.usage.output_tokens"],
          ]),
          [
            ["Mock.chat", "mock-1", "mock-1-0", 11n, 5n],
            ["Mock.chat", "mock-1", "mock-1-0", 23n, 7n],
          ],
        );
        const [first, second] = calls.map(({ attributes }) => attributes);
        const [system, user] = JSON.parse(first["ai.prompt.messages"]);
        assert.equal(system.content, "Be brief.");
        assert.equal(user.content[0].text, "Is it warm in Rome?");
        assert.equal(second["ai.response.text"], "It is 31 degrees.");
        const [tool] = named(spans, "ai.toolCall");
        assert.equal(tool.attributes["ai.toolCall.args"], '{"city":"Rome"}');
        assert.deepEqual(JSON.parse(tool.attributes["ai.toolCall.result"]), {
          city: "Rome",
          degrees: 31,
        });
        for (const { status } of spans) assert.equal(status.code, 0);
      });
    }

    test("the tracer alone is enough, and a call's own settings win", async (t) => {
      const spans = await record(t, async () => {
        const experimental_telemetry = { isEnabled: true, tracer: getTracer() };
        await generate(ai, ask({ experimental_telemetry }));
        const quiet = { experimental_telemetry: { isEnabled: false } };
        await generate(wrapped, ask(quiet));
        const telemetry = {
          functionId: "weather",
          recordInputs: false,
          metadata: { userId: "u1" },
        };
        await generate(wrapped, ask({ experimental_telemetry: telemetry }));
      });
      const calls = named(spans, "ai.generateText").filter(
        ({ name }) => !name.includes(".do"),
      );
      assert.equal(calls.length, 2);
      const { attributes } = calls[1];
      assert.equal(attributes["operation.name"], "ai.generateText weather");
      assert.equal(attributes["ai.telemetry.metadata.userId"], "u1");
      assert.ok(!("ai.prompt" in attributes));
    });

    test("a model that fails", async (t) => {
      const model = new Mock({
        doGenerate: async () => {
          throw new TypeError("no model today");
        },
      });
      const spans = await record(t, () =>
        assert.rejects(generate(wrapped, { ...ask(), model }), TypeError),
      );
      assert.equal(
        outline(spans),
        "request\n  ai.generateText\n    ai.generateText.doGenerate",
      );
      for (const { status, events } of spans) {
        assert.equal(status.code, 2);
        const [{ name, attributes }] = events;
        assert.equal(name, "exception");
        assert.equal(attributes["exception.message"], "no model today");
      }
    });

    for (const action of [generate, stream])
      test(`${action.name}Text with a photo`, async (t) => {
        const image = new Uint8Array(1_000_000).fill(7);
        const content = [{ type: "image", image }];
        const messages = [{ role: "user", content }];
        const spans = await record(t, () =>
          action(wrapped, ask({ prompt: undefined, messages })),
        );
        const [root] = named(spans, `ai.${action.name}Text`);
        const prompt = JSON.parse(root.attributes["ai.prompt"]);
        assert.equal(prompt.system, "Be brief.");
        const [{ role, content: parts }] = prompt.messages;
        assert.equal(role, "user");
        assert.equal(parts[0].type, "image");
        assert.equal(parts[0].image, Buffer.from(image).toString("base64"));
      });

    test("calls at the same time do not mix", async (t) => {
      const agent = (name) => observe({ name }, () => generate(wrapped, ask()));
      const spans = await record(t, () =>
        Promise.all(["one", "two", "three"].map(agent)),
      );
      const below = (name) =>
        lines(`
          ${name}
            ${OUTLINES.generate.replaceAll("\n", "\n            ")}
        `);
      assert.equal(spans.length, 21);
      for (const name of ["one", "two", "three"]) {
        const { traceId } = spans.find((span) => span.name === name);
        assert.equal(
          outline(spans.filter((span) => span.traceId === traceId)),
          below(name),
        );
      }
    });

    test("wrapAISDK returns a copy, and changes only functions that call models", () => {
      assert.deepEqual(Object.keys(wrapped), Object.keys(ai));
      const changed = Object.keys(ai).filter((key) => wrapped[key] !== ai[key]);
      const expected =
        "embed,embedMany,generateObject,generateText,rerank,streamObject,streamText";
      assert.deepEqual(
        changed.sort(),
        expected.split(",").filter((key) => key in ai),
      );
    });
  });
}

test("wrapAISDK does not change AI SDK 7, and warns once", (t) => {
  const { mock } = t.mock.method(console, "warn", () => {});
  const { ai } = VERSIONS[7];
  assert.equal(wrapAISDK(ai), ai);
  assert.equal(wrapAISDK(ai), ai);
  assert.equal(mock.callCount(), 1);
  assert.match(mock.calls[0].arguments[0], /registerAiSdkTelemetry/);
  for (const nothing of [undefined, null, "ai"])
    assert.equal(wrapAISDK(nothing), nothing);
});
