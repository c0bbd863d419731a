// The options that a program gives Laminar.initialize itself, and those that instrument finds in the
// environment.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  instrument,
  Laminar,
  observe,
  registerAiSdkTelemetry,
} from "laminar-edge";
import { startCollector } from "./support/collector.mjs";
import { ask, platform } from "./support/platform.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

const INPUT = "lmnr.span.input";
const mask = (key, value) =>
  typeof value === "string" ? value.replaceAll("secret", "•") : value;

async function start(t) {
  t.after(() => Laminar.shutdown());
  const collector = await startCollector(t);
  const env = { LMNR_PROJECT_API_KEY: "env", LMNR_BASE_URL: collector.url };
  /** Runs one event of a handler with these options. */
  const event = async (options, around = env) => {
    const { fetch } = instrument(
      {
        async fetch() {
          await observe({ name: "answer" }, async () => {}, "a secret");
          return new Response(null, { status: 204 });
        },
      },
      options,
    );
    const context = platform();
    assert.equal((await fetch(ask(), around, context)).status, 204);
    await Promise.all(context.waited);
  };
  const keys = () => collector.requests.map(({ key }) => key);
  return { collector, event, keys };
}

describe("in Node", { concurrency: false }, () => {
  test("the program's own key and mask stay", async (t) => {
    const { collector, event, keys } = await start(t);
    const baseUrl = collector.url;
    Laminar.initialize({ projectApiKey: "given", baseUrl, mask });
    await event();
    await event(undefined, {});
    assert.deepEqual(keys(), ["given", "given"]);
    for (const { attributes } of collector.spans)
      assert.equal(attributes[INPUT], '["a •"]');
  });

  test("enabled: false stays in force", async (t) => {
    const { event, keys } = await start(t);
    Laminar.initialize({ enabled: false });
    await event();
    process.env.LMNR_PROJECT_API_KEY = "of the process";
    t.after(() => delete process.env.LMNR_PROJECT_API_KEY);
    t.after(() => delete globalThis.AI_SDK_TELEMETRY_INTEGRATIONS);
    registerAiSdkTelemetry();
    await event();
    assert.deepEqual(keys(), []);
    assert.equal(Laminar.initialized(), false);
  });

  test("a program that has no key gets the environment's, with its mask", async (t) => {
    t.mock.method(console, "warn", () => {});
    const { collector, event, keys } = await start(t);
    Laminar.initialize({ mask });
    await event();
    await event();
    assert.deepEqual(keys(), ["env", "env"]);
    for (const { attributes } of collector.spans)
      assert.equal(attributes[INPUT], '["a •"]');
  });

  test("an option of instrument counts for its own handler", async (t) => {
    const { collector, event, keys } = await start(t);
    const baseUrl = collector.url;
    const own = { initialize: { projectApiKey: "own", baseUrl } };
    Laminar.initialize({ projectApiKey: "given", baseUrl, mask });
    await event(own);
    await event();
    await event(own);
    await event();
    assert.deepEqual(keys(), ["own", "given", "own", "given"]);
    assert.deepEqual(
      collector.spans
        .filter(({ name }) => name === "answer")
        .map(({ attributes }) => attributes[INPUT]),
      ['["a secret"]', '["a •"]', '["a secret"]', '["a •"]'],
    );
  });

  test("after a shutdown the environment is used again", async (t) => {
    const { collector, event, keys } = await start(t);
    Laminar.initialize({ projectApiKey: "given", baseUrl: collector.url });
    await Laminar.shutdown();
    await event();
    assert.deepEqual(keys(), ["env"]);
  });
});

for (const mode of Object.keys(MODES))
  test(`in workerd with ${mode}: options given outside of a request stay`, async (t) => {
    const collector = await startCollector(t);
    const worker = await startWorker(t, "given.js", {
      flags: MODES[mode].flags,
      bindings: { LMNR_PROJECT_API_KEY: "env", LMNR_BASE_URL: collector.url },
      outbound: collector.url,
    });
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        const response = await fetch(worker.url);
        assert.equal(await response.text(), "answered");
      }),
    );
    await collector.until(() => collector.spans.length === 10);
    for (const { key } of collector.requests) assert.equal(key, "given");
    for (const { attributes } of collector.spans)
      assert.equal(attributes[INPUT], '["a •"]');
    assert.deepEqual(worker.output, []);
  });
