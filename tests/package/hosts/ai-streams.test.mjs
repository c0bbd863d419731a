// wrapAISDK with the real AI SDK 5 and 6, where streams of the model end early: every open span is ended, and
// the program sees the same as without tracing.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { observe, wrapAISDK } from "laminar-edge";
import { record, VERSIONS } from "../support/ai.mjs";
import { lines, outline } from "../support/outline.mjs";
import { generate, mockModel, question, stream } from "../workers/ai-agent.js";

const ERROR = 2;
const PARTS = [
  { type: "stream-start", warnings: [] },
  { type: "text-start", id: "t" },
  { type: "text-delta", id: "t", delta: "one " },
  { type: "text-delta", id: "t", delta: "two" },
];

/** Returns a model's stream that gives `PARTS` and then calls `next(controller)`. */
function streamOf(next, cancelled) {
  let given = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (given === PARTS.length) return next(controller);
        controller.enqueue(PARTS[given++]);
      },
      cancel: cancelled,
    },
    { highWaterMark: 0 },
  );
}

/** Continues for a while, because the SDK reads on when the program has stopped. */
function goesOn(before = () => {}) {
  let left = 100;
  return (controller) => {
    before();
    if (left-- > 0)
      controller.enqueue({ type: "text-delta", id: "t", delta: "more" });
    else controller.close();
  };
}

const breaks = () => {
  throw new TypeError("the line broke");
};

/** Returns everything that a program can see of one call. */
async function seen(ai, name, model, more = {}) {
  const heard = [];
  const result = ai[name]({
    model,
    prompt: "count",
    maxRetries: 0,
    ...(name === "streamObject" && { output: "no-schema" }),
    onError: ({ error }) => heard.push(String(error)),
    ...more,
  });
  let text = "";
  let thrown;
  try {
    for await (const part of result.textStream) text += part;
  } catch (error) {
    thrown = String(error);
  }
  return { text, thrown, heard };
}

for (const version of [5, 6]) {
  const { ai, Mock, interface: shape } = VERSIONS[version];
  const wrapped = wrapAISDK(ai);
  const modelOf = (makeStream) =>
    new Mock({
      provider: "mock",
      modelId: "m",
      doStream: async () => ({ stream: makeStream() }),
    });

  describe(`AI SDK ${version}`, { concurrency: false }, () => {
    for (const name of ["streamText", "streamObject"])
      test(`${name}: the model's stream fails`, async (t) => {
        const model = () => modelOf(() => streamOf(breaks));
        const plain = await seen(ai, name, model());
        let ours;
        const spans = await record(t, async () => {
          ours = await observe({ name: "around" }, () =>
            seen(wrapped, name, model()),
          );
        });
        assert.deepEqual(ours, plain);
        const made = spans.filter((span) => span.name !== "around");
        assert.deepEqual(made.map((span) => span.name).sort(), [
          `ai.${name}`,
          `ai.${name}.doStream`,
        ]);
        for (const { status, events } of made) {
          assert.equal(status.code, ERROR);
          assert.equal(
            events.at(-1).attributes["exception.message"],
            "the line broke",
          );
        }
      });

    test("the model says in its stream that it failed", async (t) => {
      const says = (controller) => {
        controller.enqueue({ type: "error", error: new Error("overloaded") });
        controller.close();
      };
      const model = () => modelOf(() => streamOf(says));
      const plain = await seen(ai, "streamText", model());
      let ours;
      const spans = await record(t, async () => {
        ours = await seen(wrapped, "streamText", model());
      });
      assert.deepEqual(ours, plain);
      const inner = spans.find((span) => span.name.endsWith(".doStream"));
      assert.equal(inner.status.code, ERROR);
      assert.equal(inner.status.message, "overloaded");
      const failures = inner.events.filter(({ name }) => name === "exception");
      assert.equal(failures.length, 1);
    });

    test("the call is aborted", async (t) => {
      const abort = new AbortController();
      const model = modelOf(() => streamOf(goesOn(() => abort.abort())));
      const spans = await record(t, async () => {
        const { text } = await seen(wrapped, "streamText", model, {
          abortSignal: abort.signal,
        });
        assert.match(text, /^one two/);
      });
      assert.equal(spans.length, 2);
      for (const { status } of spans) assert.notEqual(status.code, ERROR);
      const inner = spans.find((span) => span.name.endsWith(".doStream"));
      assert.equal(inner.attributes["laminar.incomplete"], true);
    });

    test("a model by its name fails", async (t) => {
      const languageModel = () => modelOf(() => streamOf(breaks));
      globalThis.AI_SDK_DEFAULT_PROVIDER = { languageModel };
      t.after(() => delete globalThis.AI_SDK_DEFAULT_PROVIDER);
      const spans = await record(t, () =>
        seen(wrapped, "streamText", "mock/m"),
      );
      assert.equal(outline(spans), "ai.streamText\n  ai.streamText.doStream");
      for (const { status } of spans) assert.equal(status.code, ERROR);
    });

    test("the model of a later step fails", async (t) => {
      const { model: first, ...rest } = question(ai, mockModel(Mock, shape));
      const second = modelOf(() => streamOf(breaks));
      const given = [];
      const spans = await record(t, () =>
        seen(wrapped, "streamText", first, {
          ...rest,
          prepareStep({ model, stepNumber }) {
            given.push(model);
            return stepNumber > 0 ? { model: second } : {};
          },
        }),
      );
      assert.deepEqual(given, [first, first]);
      assert.equal(
        outline(spans),
        lines(`
          ai.streamText
            ai.streamText.doStream
              ai.toolCall
                look up
            ai.streamText.doStream
        `),
      );
      const failed = spans.filter(({ status }) => status.code === ERROR);
      assert.equal(failed.length, 2);
    });

    test("the model's stream is cancelled", async (t) => {
      const reasons = [];
      const { streamText } = wrapAISDK({
        streamText: ({ model, experimental_telemetry: { tracer } }) =>
          tracer.startActiveSpan("ai.streamText", {}, async () => {
            const { result } = await tracer.startActiveSpan(
              "ai.streamText.doStream",
              {},
              async () => ({ result: await model.doStream() }),
            );
            await result.stream.cancel("enough");
          }),
      });
      const model = modelOf(() => streamOf(breaks, (why) => reasons.push(why)));
      const spans = await record(t, () => streamText({ model }));
      assert.deepEqual(reasons, ["enough"]);
      assert.equal(spans.length, 2);
      for (const { attributes } of spans)
        assert.equal(attributes["laminar.incomplete"], true);
    });

    test("a transform of the program ends the stream early", async (t) => {
      const model = modelOf(() => streamOf(goesOn()));
      const brief = {
        transform() {},
        start(controller) {
          setTimeout(() => controller.terminate(), 20);
        },
      };
      const spans = await record(t, async () => {
        const result = wrapped.streamText({
          model,
          prompt: "count",
          experimental_transform: () => new TransformStream(brief),
        });
        await result.consumeStream();
      });
      assert.equal(spans.length, 2);
    });

    test("a model with private fields and a frozen one work", async (t) => {
      class Private {
        #parts = streamOf((controller) => {
          controller.enqueue({ type: "text-end", id: "t" });
          controller.close();
        });
        specificationVersion = shape === 2 ? "v2" : "v3";
        get provider() {
          return this.#parts ? "private" : "none";
        }
        get modelId() {
          return this.#parts ? "m" : "none";
        }
        get supportedUrls() {
          return this.#parts ? {} : undefined;
        }
        async doStream() {
          return { stream: this.#parts };
        }
      }
      const frozen = () => {
        const own = new Private();
        const { specificationVersion, provider, modelId, supportedUrls } = own;
        const doStream = () => own.doStream();
        return Object.freeze({
          ...{ specificationVersion, provider, modelId, supportedUrls },
          doStream,
        });
      };
      for (const make of [
        () => new Private(),
        () => Object.freeze(new Private()),
        frozen,
      ]) {
        const spans = await record(t, async () => {
          const { text, thrown } = await seen(wrapped, "streamText", make());
          assert.deepEqual([text, thrown], ["one two", undefined]);
        });
        const root = spans.find((span) => span.name === "ai.streamText");
        assert.equal(root.attributes["ai.model.provider"], "private");
      }
    });

    test("the SDK gets the program's own model", async () => {
      const given = [];
      const spy = wrapAISDK({
        streamText: ({ model }) => given.push(model),
        generateText: ({ model }) => given.push(model),
      });
      const model = modelOf(() => streamOf(breaks));
      for (const experimental_telemetry of [undefined, { isEnabled: false }])
        spy.streamText({ model, experimental_telemetry });
      spy.streamText({ model: "provider/model" });
      spy.generateText({ model });
      assert.equal(given[0], model);
      assert.deepEqual(given, [model, model, "provider/model", model]);
    });

    test("calls that end well have the same results and no error", async (t) => {
      const { mock } = t.mock.method(console, "warn");
      const spans = await record(t, async () => {
        const ask = () => question(ai, mockModel(Mock, shape));
        const answer = "It is 31 degrees.";
        assert.equal(await stream(wrapped, ask()), answer);
        assert.equal(await generate(wrapped, ask()), answer);
      });
      for (const { attributes, status } of spans) {
        assert.equal(attributes["laminar.incomplete"], undefined);
        assert.equal(status.code, 0);
      }
      const said = mock.calls.map(({ arguments: [text] }) => String(text));
      assert.deepEqual(
        said.filter((text) => text.includes("laminar-edge")),
        [],
      );
    });
  });
}
