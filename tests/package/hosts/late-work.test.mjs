// Work that a program itself gives to waitUntil: its spans end after the flush of their event, and are still
// sent within the same request.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startCollector } from "../support/collector.mjs";
import { MODES, startWorker } from "../support/workerd.mjs";

async function start(t, mode) {
  const collector = await startCollector(t);
  const worker = await startWorker(t, "late-work.js", {
    flags: MODES[mode].flags,
    bindings: { LMNR_PROJECT_API_KEY: "key", LMNR_BASE_URL: collector.url },
    options: { durableObjects: { ROOM: "Room" } },
  });
  const post = async (path, plan) => {
    const body = JSON.stringify(plan);
    const response = await fetch(new URL(path, worker.url), {
      method: "POST",
      body,
    });
    assert.equal(await response.text(), "an answer");
  };
  const late = () =>
    collector.spans.filter(({ name }) => name.startsWith("late"));
  return { collector, worker, post, late };
}

for (const mode of Object.keys(MODES))
  describe(`after the flush, in workerd with ${mode}`, () => {
    test("late spans are sent without another request", async (t) => {
      const { collector, worker, post, late } = await start(t, mode);
      await post("work", { count: 3, everyMs: 150 });
      await collector.until(() => late().length === 3);
      assert.equal(collector.spans.length, 4);
      assert.deepEqual(worker.output, []);
    });

    test("many late spans are sent in a few requests", async (t) => {
      const { collector, post, late } = await start(t, mode);
      await post("work", { count: 100, everyMs: 10 });
      await collector.until(() => late().length === 100);
      // One is for the event itself; the pauses between the others double.
      const { length } = collector.requests;
      assert.ok(length <= 12, `${length} requests`);
    });
  });

test("late spans of a Durable Object are sent too", async (t) => {
  const { collector, post, late } = await start(t, "nodejs_compat");
  for (const rounds of [1, 2]) {
    await post("room", { count: 2, everyMs: 100 });
    await collector.until(() => late().length === 2 * rounds);
  }
});

test("late spans of concurrent requests are all sent", async (t) => {
  const { collector, post, late } = await start(t, "nodejs_compat");
  await Promise.all(
    Array.from({ length: 30 }, () => post("work", { count: 2, everyMs: 100 })),
  );
  await collector.until(() => late().length === 60);
});
