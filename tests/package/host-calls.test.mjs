// Counts the calls of the runtime in a request of an agent with five spans and one LLM call. Each call leaves
// JavaScript, and together they are most of what a request costs, so none may become more frequent.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startCollector } from "./support/collector.mjs";
import { startWorker } from "./support/workerd.mjs";

// Warm-up requests, until the compiler and the state about requests are stable.
const WARM_UP = 12;

// The most calls of each kind in one request, for recording and for sending.
const OF_FLUSH = {
  // One for each start and end of a span, and those for a flush's budget.
  now: 26,
  "Date.now": 11,
  // One for each of the five observed calls, and one around `fetch`.
  run: 6,
  getStore: 7,
  // One for each input and output.
  stringify: 10,
  // One for each span, and one for each of its large strings.
  encodeInto: 11,
  // Three of them run what waits in wasm, which costs less than `queueMicrotask`.
  then: 15,
  // A flush sets three. A request that takes more than 10 ms on a busy machine has one for the case that
  // it does not flush, and clears it when it does.
  setTimeout: 4,
  clearTimeout: 4,
  // The socket by which requests are told apart.
  "new WebSocketPair": 1,
  "new AbortController": 1,
  // A program's fetch may keep and change them. The runtime's own, which is not counted here, gets no copy and
  // no `run`.
  "new Headers": 1,
  getReader: 1,
  fetch: 1,
};
const OF_INSTRUMENT = {
  ...OF_FLUSH,
  // It checks whether the event is inside another one.
  getStore: 8,
  // The event's own span has no input and output.
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
    // The headers are read by name.
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
    // Calls of the agent itself and of the counting Worker are subtracted.
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
