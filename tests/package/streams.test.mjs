// Results that arrive over time: what the caller gets, and when the span ends.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import { Laminar, observe } from "laminar-edge";
import { startCollector } from "./support/collector.mjs";

let collector;
before(async () => {
  collector = await startCollector();
});
after(() => collector.close());
beforeEach(() => {
  collector.requests.length = 0;
  // No background export may run while a flush waits for a stream.
  const scheduledDelayMillis = 60_000;
  Laminar.initialize({
    projectApiKey: "k",
    baseUrl: collector.url,
    scheduledDelayMillis,
  });
});

const text = (...chunks) =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks)
        controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Flushes, and returns the span of that name, and its output. */
async function sent(name) {
  await Laminar.flush();
  const span = collector.span(name);
  const output = span.attributes["lmnr.span.output"];
  return { span, output: output && JSON.parse(output) };
}

test("a generator stays the same object, and spans that its body starts are its children", async () => {
  async function* words() {
    for (const word of ["a", "b"]) {
      await observe({ name: `word ${word}` }, async () => wait(1));
      yield word;
    }
  }
  let made;
  const got = observe({ name: "words" }, () => (made = words()));
  assert.equal(got, made);
  assert.equal(Laminar.stats().recorded - Laminar.stats().exported, 0);
  const seen = [];
  for await (const word of got) seen.push(word);
  assert.deepEqual(seen, ["a", "b"]);
  const { span, output } = await sent("words");
  assert.deepEqual(output, { type: "async-iterable", chunks: ["a", "b"] });
  assert.equal(collector.span("word b").parentSpanId, span.spanId);
});

test("a span that a generator makes active stays active when it is read on", async () => {
  async function* agent() {
    const active = Laminar.startActiveSpan({ name: "active" });
    for (const name of ["first", "second"]) yield observe({ name }, () => name);
    active.end();
    yield observe({ name: "third" }, () => "third");
  }
  const seen = [];
  for await (const name of observe({ name: "agent" }, agent)) {
    observe({ name: `read ${name}` }, () => 1);
    seen.push(name);
  }
  assert.deepEqual(seen, ["first", "second", "third"]);
  await Laminar.flush();
  const { spanId } = collector.span("agent");
  const active = collector.span("active");
  assert.equal(active.parentSpanId, spanId);
  assert.equal(collector.span("first").parentSpanId, active.spanId);
  assert.equal(collector.span("second").parentSpanId, active.spanId);
  assert.equal(collector.span("third").parentSpanId, spanId);
  assert.equal(collector.span("read second").parentSpanId, "");
});

test("a generator that is left early or throws ends its span", async () => {
  async function* count() {
    for (let i = 0; ; i++) {
      if (i === 3) throw new Error("three");
      yield i;
    }
  }
  for await (const i of observe({ name: "left" }, count)) if (i === 1) break;
  const boom = (async () => {
    for await (const _ of observe({ name: "failed" }, count));
  })();
  await assert.rejects(boom, /three/);
  const left = await sent("left");
  assert.equal(left.span.attributes["laminar.incomplete"], true);
  assert.deepEqual(left.output.chunks, [0, 1]);
  assert.equal(collector.span("failed").events[0].name, "exception");
});

test("a synchronous generator is followed, and an array is a value", async () => {
  function* two() {
    yield 1;
    yield 2;
  }
  assert.deepEqual([...observe({ name: "two" }, two)], [1, 2]);
  assert.deepEqual(
    observe({ name: "array" }, () => [1, 2]),
    [1, 2],
  );
  assert.deepEqual((await sent("two")).output.chunks, [1, 2]);
  assert.deepEqual(
    JSON.parse(collector.span("array").attributes["lmnr.span.output"]),
    [1, 2],
  );
});

test("an iterable with private fields keeps its class and its methods", async () => {
  class Stream {
    #parts = ["x", "y"];
    async *[Symbol.asyncIterator]() {
      yield* this.#parts;
    }
    size() {
      return this.#parts.length;
    }
  }
  class Later extends Promise {
    withMore() {
      return "more";
    }
  }
  const promise = observe({ name: "api" }, () => Later.resolve(new Stream()));
  assert.equal(promise.withMore(), "more");
  const stream = await promise;
  assert.ok(stream instanceof Stream);
  assert.equal(stream.size(), 2);
  const seen = [];
  for await (const part of stream) seen.push(part);
  assert.deepEqual(seen, ["x", "y"]);
  assert.deepEqual((await sent("api")).output.chunks, ["x", "y"]);
});

test("a Response keeps status, headers, url and body", async (t) => {
  const server = createServer((_, response) => {
    response.writeHead(202, "So be it", {
      "x-one": "1",
      "set-cookie": ["a=b", "c=d"],
    });
    response.write("he");
    setTimeout(() => response.end("llo"), 20);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${server.address().port}/y`;
  const response = await observe({ name: "response" }, () => fetch(url));
  assert.ok(response instanceof Response);
  assert.equal(response.status, 202);
  assert.equal(response.statusText, "So be it");
  assert.equal(response.headers.get("x-one"), "1");
  assert.deepEqual(response.headers.getSetCookie(), ["a=b", "c=d"]);
  assert.equal(response.url, url);
  assert.equal(await response.text(), "hello");
  const { output } = await sent("response");
  assert.equal(output.type, "response");
  assert.equal(output.chunks.join(""), "hello");
});

test("a Response without a body is a value", async () => {
  const original = new Response(null, { status: 204 });
  assert.equal(
    observe({ name: "empty" }, () => original),
    original,
  );
  assert.ok((await sent("empty")).span);
});

test("cancel and back-pressure reach the source", async () => {
  let cancelled;
  let pulled = 0;
  const source = new ReadableStream(
    {
      pull(controller) {
        pulled++;
        controller.enqueue(`chunk ${pulled}`);
      },
      cancel(reason) {
        cancelled = reason;
      },
    },
    { highWaterMark: 0 },
  );
  const reader = observe({ name: "stream" }, () => source).getReader();
  await wait(5);
  assert.equal(pulled, 0);
  await reader.read();
  await wait(5);
  assert.equal(pulled, 1);
  await reader.cancel("enough");
  assert.equal(cancelled, "enough");
  const { span, output } = await sent("stream");
  assert.equal(span.attributes["laminar.incomplete"], true);
  assert.deepEqual(output, { type: "stream", chunks: ["chunk 1"] });
});

test("the failure of a stream reaches the caller and the span", async () => {
  const source = new ReadableStream({
    pull: (controller) => controller.error(new Error("cut")),
  });
  const stream = observe({ name: "cut" }, () => source);
  await assert.rejects(stream.getReader().read(), /cut/);
  const { span } = await sent("cut");
  assert.equal(span.events[0].attributes["exception.message"], "cut");
});

test("a flush waits for a stream that is being read", async () => {
  async function* slow() {
    for (let i = 0; i < 10; i++) {
      await wait(60);
      yield i;
    }
  }
  const stream = observe({ name: "slow" }, slow);
  const flushed = Laminar.flush();
  const reading = (async () => {
    for await (const _ of stream);
  })();
  const report = await flushed;
  assert.equal(report.exported, 1);
  await reading;
  assert.ok(collector.span("slow"));
});

test("a flush within a stream does not wait for that stream, whose span leaves when it ends", async () => {
  const flushed = () => Promise.race([Laminar.flush(), wait(3_000)]);
  const reports = [];
  async function* words() {
    try {
      yield "a";
      await observe({ name: "step" }, async () => {
        await wait(1);
        reports.push(await flushed());
      });
      yield "b";
    } finally {
      reports.push(await flushed());
    }
  }
  const pulled = () =>
    new ReadableStream({
      async pull(controller) {
        await wait(1);
        reports.push(await flushed());
        controller.close();
      },
    });
  for (const make of [words, pulled])
    for await (const word of observe({ name: make.name }, make))
      assert.match(word, /[ab]/);
  assert.deepEqual(
    reports.map((report) => report?.ok),
    [true, true, true],
  );
  await collector.until(() => collector.span("pulled"));
  const { attributes } = collector.span("words");
  assert.equal(attributes["laminar.incomplete"], undefined);
});

test("forceFlush ends the span and not the stream", async () => {
  const stream = observe({ name: "open" }, () => text("a", "b"));
  const reader = stream.getReader();
  await reader.read();
  const report = await Laminar.forceFlush();
  assert.equal(report.exported, 1);
  const { attributes } = collector.span("open");
  assert.equal(attributes["laminar.incomplete"], true);
  assert.deepEqual(JSON.parse(attributes["lmnr.span.output"]).chunks, ["a"]);
  assert.equal(new TextDecoder().decode((await reader.read()).value), "b");
  assert.equal((await reader.read()).done, true);
  assert.equal(Laminar.stats().buffered, 0);
});

test("the span of a stream that nobody reads ends once as incomplete, and the stream can still be read", async () => {
  const stream = observe({ name: "late" }, () => text("a"));
  Laminar.startSpan({ name: "ready" }).end();
  const began = performance.now();
  const report = await Laminar.flush();
  assert.ok(performance.now() - began >= 4_900);
  assert.equal(report.exported, 2);
  const { attributes } = collector.span("late");
  assert.equal(attributes["laminar.incomplete"], true);
  const seen = [];
  for await (const chunk of stream) seen.push(...chunk);
  assert.deepEqual(seen, [97]);
  assert.equal((await Laminar.flush()).exported, 0);
});

test("a thenable stays the same object, starts when it is awaited, and then ends its span", async () => {
  class Query {
    started = 0;
    then(fulfilled, rejected) {
      this.started++;
      return Promise.resolve(["row"]).then(fulfilled, rejected);
    }
  }
  const made = new Query();
  const query = observe({ name: "query" }, () => made);
  assert.equal(query, made);
  assert.equal(query.started, 0);
  assert.deepEqual(await query, ["row"]);
  assert.deepEqual(await query, ["row"]);
  assert.equal(query.started, 2);
  const { output } = await sent("query");
  assert.deepEqual(output, ["row"]);
  const failing = { then: (_, rejected) => rejected(new Error("no")) };
  const failed = observe({ name: "failing" }, () => failing);
  await assert.rejects(async () => await failed, /no/);
  const { span } = await sent("failing");
  assert.equal(span.events[0].attributes["exception.message"], "no");
});

test("ignoreOutput records nothing of a stream", async () => {
  const stream = observe({ name: "quiet", ignoreOutput: true }, () =>
    text("a"),
  );
  for await (const _ of stream);
  assert.equal((await sent("quiet")).output, undefined);
});
