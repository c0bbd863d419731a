// The AI SDK's versions in real workerd: the same agent, bundled as wrangler would.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startCollector } from "./support/collector.mjs";
import { lines, outline } from "./support/outline.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

const MODEL = "ai.llm Mock.chat:mock-1";
const CALLS = {
  5: {
    generate: "ai.generateText.doGenerate",
    stream: "ai.streamText.doStream",
  },
  6: {
    generate: "ai.generateText.doGenerate",
    stream: "ai.streamText.doStream",
  },
  7: { generate: MODEL, stream: MODEL },
};
const toolName = (version) =>
  version === "7" ? "ai.tool weather" : "ai.toolCall";

/** The operation with its two calls of the model and the tool between them, as in Node. */
const operation = (version, action) =>
  version !== "7" && action === "stream"
    ? lines(`
        ai.streamText
          ai.streamText.doStream
            ai.toolCall
              look up
          ai.streamText.doStream
      `)
    : lines(`
        ai.${action}Text
          ${CALLS[version][action]}
          ${toolName(version)}
            look up
          ${CALLS[version][action]}
      `);
const indented = (text) => text.replaceAll(/^/gm, "  ");

async function start(t, version, flags) {
  const collector = await startCollector(t);
  const worker = await startWorker(t, `ai${version}.js`, { flags });
  const options = { projectApiKey: "key", baseUrl: collector.url };
  return { collector, worker, options };
}

const respond = (worker, body, signal) =>
  fetch(new URL("respond", worker.url), {
    method: "POST",
    body: JSON.stringify(body),
    signal,
  });

function assertUsage(spans) {
  const tokens = spans
    .sort((a, b) => (a.start < b.start ? -1 : 1))
    .map(({ attributes }) => [
      attributes["gen_ai.usage.input_tokens"],
      attributes["gen_ai.usage.output_tokens"],
    ])
    .filter(([input]) => input !== undefined);
  assert.deepEqual(tokens, [
    [11n, 5n],
    [23n, 7n],
  ]);
}

for (const version of Object.keys(CALLS)) {
  describe(`AI SDK ${version} in workerd`, { concurrency: 2 }, () => {
    for (const mode of ["nodejs_compat", "nodejs_als"]) {
      for (const action of ["generate", "stream"]) {
        test(`${action}Text with ${mode}`, async (t) => {
          const { flags } = MODES[mode];
          const { collector, worker, options } = await start(t, version, flags);
          assert.deepEqual(await worker.call(action, { options }), {
            text: "It is 31 degrees.",
            said: [],
          });
          await collector.until(() => collector.spans.length === 6);
          assert.equal(
            outline(collector.spans),
            `request\n${indented(operation(version, action))}`,
          );
          assertUsage(collector.spans);
          assert.deepEqual(worker.output, []);
        });
      }
    }

    test("a streamed response is flushed when it has ended", async (t) => {
      const { collector, worker, options } = await start(t, version);
      const response = await respond(worker, { options });
      assert.equal(await response.text(), "It is 31 degrees.");
      await collector.until(() => collector.spans.length === 5);
      assert.equal(outline(collector.spans), operation(version, "stream"));
      assertUsage(collector.spans);
    });

    test("a client that leaves in the middle of the stream", async (t) => {
      const { collector, worker, options } = await start(t, version);
      const abort = new AbortController();
      const body = { options, pace: 60 };
      const response = respond(worker, body, abort.signal);
      setTimeout(() => abort.abort(), 300);
      await assert.rejects(response.then((answer) => answer.text()));
      assert.equal(collector.spans.length, 0);
      await collector.until(() => collector.spans.length === 5);
      assert.equal(outline(collector.spans), operation(version, "stream"));
    });

    test("requests at the same time do not mix", async (t) => {
      const { collector, worker, options } = await start(t, version);
      await Promise.all(
        [1, 2, 3, 4].map(() => worker.call("generate", { options })),
      );
      await collector.until(() => collector.spans.length === 4 * 6);
      const whole = `request\n${indented(operation(version, "generate"))}`;
      assert.equal(
        outline(collector.spans),
        [whole, whole, whole, whole].join("\n"),
      );
    });
  });
}

test("AI SDK 7 without AsyncLocalStorage: the spans of each call stay together", async (t) => {
  const { collector, worker, options } = await start(t, 7, []);
  await worker.call("stream", { options });
  await collector.until(() => collector.spans.length === 6);
  const spans = collector.spans.filter(
    ({ name }) => name !== "request" && name !== "look up",
  );
  assert.equal(
    outline(spans),
    operation("7", "stream").replace("    look up\n", ""),
  );
});
