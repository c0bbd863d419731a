// What a request of an agent, five spans and one LLM call, asks of the runtime. Each call leaves JavaScript,
// and together they are most of what a request costs. None of them may become more.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startCollector } from "./support/collector.mjs";
import { startWorker } from "./support/workerd.mjs";

// Until the compiler and what is learned about requests have come to rest.
const WARM_UP = 12;

// At most so many of each for one request: what records, and what sends.
const OF_FLUSH = {
  // A span's start and end each, and what a flush asks for its budget.
  now: 28,
  "Date.now": 12,
  // Five calls that are observed, and one around `fetch`.
  run: 6,
  getStore: 7,
  // Input and output of each.
  stringify: 10,
  // One for each span, and one for each of its large strings.
  encodeInto: 11,
  then: 11,
  queueMicrotask: 4,
  // Only a flush has any: a request that flushes needs no other.
  setTimeout: 3,
  clearTimeout: 3,
  // By which requests are told apart.
  "new WebSocketPair": 1,
  "new AbortController": 1,
  getReader: 1,
  fetch: 1,
};
const OF_INSTRUMENT = {
  ...OF_FLUSH,
  // It asks whether the event is within another one.
  getStore: 8,
  // The event's span has no input and output of its own.
  stringify: 8,
  encodeInto: 10,
};

for (const [way, limits] of Object.entries({
  flush: OF_FLUSH,
  instrument: OF_INSTRUMENT,
}))
  test(`a request by ${way}`, async (t) => {
    const collector = await startCollector(t);
    const worker = await startWorker(t, "host-calls.js", {
      bindings: { COLLECTOR: collector.url },
    });
    // By name, as requests come.
    const address = new URL(worker.url);
    address.hostname = "localhost";
    const ask = async (path) => {
      const response = await fetch(new URL(path, address));
      return response.text();
    };
    const request = async (path) => {
      await ask(path);
      while ((await ask("busy")) !== "0");
    };
    const counted = async (path) => {
      await request(path);
      return JSON.parse(await ask("counts"));
    };
    const untraced = await counted("untraced/counted");
    for (let i = 0; i < WARM_UP; i++) await request(way);
    const counts = await counted(`${way}/counted`);
    assert.equal(collector.spans.length, 5 * (WARM_UP + 1));
    // What the agent itself and the counting Worker ask for is nobody's.
    for (const [name, calls] of Object.entries(untraced)) counts[name] -= calls;
    const asked = Object.entries(counts).filter(([, calls]) => calls > 0);
    t.diagnostic(asked.map((each) => each.join(" ")).join(", "));
    for (const [name, calls] of asked)
      assert.ok(
        calls <= (limits[name] ?? 0),
        `${name}: ${calls}, at most ${limits[name] ?? 0}`,
      );
    assert.equal(counts.fetch, 1);
  });
