// What the hot path costs in calls: one into wasm for a span that ends, one more for each string
// over 256 characters, and none before.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Laminar } from "laminar-edge";
import { current } from "../../pkg/lib/core/instance.js";
import { startCollector } from "./support/collector.mjs";

const instance = current();
const { exports } = instance;
let calls = [];
let collector;
before(async () => {
  collector = await startCollector();
  Laminar.initialize({ projectApiKey: "k", baseUrl: collector.url });
  // The first span looks up the staging memory, which moves when the memory grows, so the memory is grown here
  // before the calls are counted.
  Laminar.startSpan({ name: "first", input: "x".repeat(20_000) }).end();
  Laminar.startSpan({ name: "second" }).end();
  const counting = {};
  for (const [name, value] of Object.entries(exports))
    counting[name] =
      typeof value === "function"
        ? (...args) => {
            calls.push(name);
            return value(...args);
          }
        : value;
  instance.exports = counting;
});
after(() => {
  instance.exports = exports;
  return collector.close();
});

/** Returns the calls into wasm that it takes to record a span with these attributes. */
function crossings(attributes) {
  calls = [];
  const span = Laminar.startSpan({ name: "span", input: "in", tags: ["t"] });
  span.setAttributes(attributes).setOutput({ some: "output" });
  span.addEvent("event", { text: "x".repeat(200) });
  assert.deepEqual(calls, [], "nothing crosses before the end");
  span.end();
  return calls;
}

test("a span with short strings crosses once", () => {
  const attributes = {
    a: 1,
    b: 1.5,
    c: true,
    d: ["x", "y"],
    e: "e".repeat(256),
  };
  for (let i = 0; i < 50; i++) attributes[`key ${i}`] = `välue ${i}`;
  assert.deepEqual(crossings(attributes), ["end_span"]);
});

test("each string over 256 characters crosses once more, after the limit of a request", () => {
  const attributes = {
    one: "x".repeat(257),
    two: "é".repeat(4_000),
    three: "x".repeat(15_000),
  };
  const large = ["push_redacted", "push_redacted", "push_redacted"];
  assert.deepEqual(crossings(attributes), [
    "request_bytes",
    ...large,
    "end_span",
  ]);
});
