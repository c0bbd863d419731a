// Clients that leave, bodies that stall, results that are not awaited: spans end once, flushes wait once, and
// unhandled rejections are reported as without tracing.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createServer, get } from "node:http";
import { Readable } from "node:stream";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { instrument, Laminar, observe } from "laminar-edge";
import { ask, platform } from "../support/platform.mjs";
import { startSending, warningsOf } from "../support/results.mjs";

let sent;
before(async (t) => ({ sent } = await startSending(t)));

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const bytes = (text) => new TextEncoder().encode(text);

/** Sends one chunk, and then nothing. */
const oneWord = () =>
  new ReadableStream({
    pull(controller) {
      if (this.said) return new Promise(() => {});
      this.said = true;
      controller.enqueue(bytes("word"));
    },
  });

test("a client that leaves a Node server ends the span", async (t) => {
  const warned = await warningsOf(async () => {
    let name = 0;
    const handler = instrument(() => new Response(oneWord()), {
      name: () => `left ${name}`,
    });
    const server = createServer(async (_, response) => {
      const { body } = await handler(ask(), platform());
      const stream = Readable.fromWeb(body);
      response.on("close", () => stream.destroy());
      stream.on("error", () => {}).pipe(response);
    });
    await new Promise((listening) => server.listen(0, listening));
    t.after(() => server.close());
    for (name = 0; name < 3; name++) {
      await new Promise((left) => {
        const asking = get({ port: server.address().port, agent: false });
        asking.on("error", () => {});
        asking.on("response", (response) => {
          response.on("error", () => {});
          response.once("data", () => asking.destroy());
          response.once("close", left);
        });
      });
      await wait(50);
      assert.equal((await sent(`left ${name}`)).incomplete, true);
    }
  });
  assert.deepEqual(warned, []);
});

for (const way of ["observe", "instrument"])
  test(`${way}: a cancel during a read ends the span once`, async () => {
    const name = `cancelled ${way}`;
    const warned = await warningsOf(async () => {
      let cancelled;
      const make = () =>
        new Response(
          new ReadableStream({
            pull: () => new Promise(() => {}),
            cancel: (reason) => void (cancelled = reason),
          }),
        );
      const response =
        way === "observe"
          ? observe({ name }, make)
          : instrument(make, { name: () => name })(ask(), platform());
      const reader = response.body.getReader();
      const pending = reader.read();
      await wait(5);
      await reader.cancel("gone");
      assert.equal(cancelled, "gone");
      assert.deepEqual(await pending, { done: true, value: undefined });
    });
    assert.deepEqual(warned, []);
    assert.equal((await sent(name)).incomplete, true);
  });

describe("a body that stalls", { concurrency: false }, () => {
  /** Returns a function that lets a minute pass, so that timers of that length fire. */
  function minutes(t) {
    const { setTimeout: real } = globalThis;
    const waiting = new Set();
    globalThis.setTimeout = (action, ms, ...args) => {
      if (ms !== 60_000) return real(action, ms, ...args);
      const timer = { action, unref() {} };
      waiting.add(timer);
      return timer;
    };
    const { clearTimeout: clear } = globalThis;
    globalThis.clearTimeout = (timer) => waiting.delete(timer) || clear(timer);
    t.after(() => {
      Object.assign(globalThis, { setTimeout: real, clearTimeout: clear });
    });
    return () => {
      for (const timer of [...waiting]) {
        waiting.delete(timer);
        timer.action();
      }
      return waiting.size;
    };
  }

  for (const way of ["observe", "instrument"])
    test(`${way}: its span is incomplete after a minute, and its reader can go on`, async (t) => {
      const pass = minutes(t);
      const name = `still ${way}`;
      let controller;
      const make = () =>
        new Response(
          new ReadableStream({ start: (c) => void (controller = c) }),
        );
      const response =
        way === "observe"
          ? observe({ name }, make)
          : instrument(make, { name: () => name })(ask(), platform());
      const reader = response.body.getReader();
      const first = reader.read();
      await wait(5);
      // Models may take long before their first token.
      for (let i = 0; i < 5; i++) assert.equal(pass(), 1);
      controller.enqueue(bytes("a"));
      await first;
      const second = reader.read();
      await wait(5);
      assert.equal(pass(), 1, "it had moved");
      assert.equal(pass(), 0);
      assert.equal((await sent(name)).incomplete, true);
      controller.enqueue(bytes("b"));
      assert.deepEqual((await second).value, bytes("b"));
      controller.close();
      assert.equal((await reader.read()).done, true);
      assert.equal(pass(), 0);
    });

  test("does not keep a process alive", async () => {
    const program = `
      import { Laminar, observe } from "laminar-edge";
      Laminar.initialize({ projectApiKey: "k", baseUrl: "http://127.0.0.1:2" });
      const stream = observe({ name: "x" }, () => new ReadableStream({
        start: (controller) => controller.enqueue("a"),
      }));
      await stream.getReader().read();
      console.log("read");
    `;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", program],
      { cwd: fileURLToPath(new URL(".", import.meta.url)), timeout: 30_000 },
    );
    assert.equal(stdout.trim(), "read");
  });
});

describe("a result that nobody reads", { concurrency: false }, () => {
  const KINDS = {
    "a stream": () => oneWord(),
    "a response": () => new Response(oneWord()),
    "an iterable": () => ({ async *[Symbol.asyncIterator]() {} }),
    "a generator": function* () {},
    "a query": () => ({ then: () => assert.fail("nobody awaited it") }),
    "a promise with properties": () =>
      Object.assign(Promise.resolve(1), { id: 1 }),
  };

  test("delays one flush only", async () => {
    const kept = Object.entries(KINDS).map(([name, make]) =>
      observe({ name }, make),
    );
    const began = performance.now();
    const first = await Laminar.flush();
    const between = performance.now();
    assert.ok(between - began >= 4_900);
    assert.ok(between - began < 8_000);
    assert.equal(first.exported, kept.length);
    for (const name of Object.keys(KINDS))
      assert.equal((await sent(name)).incomplete, true, name);
    assert.ok(performance.now() - between < 2_000);
  });

  test("delays one flush if it was begun, and its span ends when it does", async () => {
    const stream = observe({ name: "begun" }, oneWord);
    const reader = stream.getReader();
    await reader.read();
    assert.equal((await Laminar.flush()).exported, 0);
    const began = performance.now();
    assert.equal((await Laminar.flush()).exported, 0);
    assert.ok(performance.now() - began < 2_000);
    await reader.cancel();
    assert.deepEqual((await sent("begun")).output.chunks, ["word"]);
  });
});

test("a stream of a request that is gone ends when a later one opens its own", async (t) => {
  observe({ name: "left open" }, oneWord);
  const { now } = performance;
  performance.now = () => now.call(performance) + 700_000;
  t.after(() => {
    performance.now = now;
  });
  await observe({ name: "a later one" }, oneWord).cancel();
  assert.equal((await sent("left open")).incomplete, true);
});

test("a promise that rejects or that nobody awaits has no output", async () => {
  const error = new Error("no");
  class Later extends Promise {}
  const failing = observe({ name: "no output" }, () => Later.reject(error));
  await assert.rejects(failing, error);
  const { output, exception } = await sent("no output");
  assert.deepEqual([output, exception], [undefined, "no"]);
  observe({ name: "not taken" }, () => Later.resolve(1));
  await Laminar.forceFlush();
  const untaken = await sent("not taken");
  assert.deepEqual([untaken.output, untaken.incomplete], [undefined, true]);
});

test("a long wait for a first chunk counts as reading", async () => {
  const later = () => wait(6_500).then(() => "late");
  async function* generate() {
    yield await later();
  }
  const kinds = {
    "slow readable": [
      () => Readable.from(generate()),
      (stream) => stream.toArray(),
    ],
    "slow stream": [
      () =>
        new ReadableStream({
          async pull(controller) {
            controller.enqueue(await later());
            controller.close();
          },
        }),
      (stream) => collect(stream),
    ],
    "slow generator": [generate, (stream) => collect(stream)],
    "slow collector": [
      () => ({ async *[Symbol.asyncIterator]() {}, finalText: later }),
      async (stream) => [await stream.finalText()],
    ],
    "slow promise": [
      () => Object.assign(later(), { id: 1 }),
      async (promise) => [await promise],
    ],
  };
  const reading = Object.entries(kinds).map(([name, [make, read]]) =>
    read(observe({ name }, make)),
  );
  assert.equal((await Laminar.flush()).exported, 0);
  assert.deepEqual(await Promise.all(reading), Array(5).fill(["late"]));
  for (const name of Object.keys(kinds)) {
    const { incomplete, output } = await sent(name);
    assert.equal(incomplete, false, name);
    assert.match(JSON.stringify(output), /late/, name);
  }
});

async function collect(iterable) {
  const all = [];
  for await (const each of iterable) all.push(each);
  return all;
}

describe("unhandled rejections", { concurrency: false }, () => {
  class Later extends Promise {}
  const error = new Error("nobody catches it");
  const KINDS = {
    "a promise": () => Promise.reject(error),
    "an async function": async () => {
      throw error;
    },
    "a promise with properties": () =>
      Object.assign(Promise.reject(error), { id: 1 }),
    "a promise of a class": () => Later.reject(error),
    "a frozen promise": () =>
      Object.freeze(Object.assign(Promise.reject(error), { id: 1 })),
  };
  const uses = {
    ignored: () => {},
    awaited: (p) => (async () => await p)().catch(() => {}),
    caught: (p) => void p.catch(() => {}),
    "taken without a handler": (p) => void p.then(() => {}),
    "given on": (p) => void Promise.all([p]).catch(() => {}),
    "handled at last": (p) => void p.finally(() => {}),
  };

  async function reported(action) {
    const seen = [];
    const note = (reason) => seen.push(reason === error);
    const others = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", note);
    action();
    await wait(20);
    process.removeListener("unhandledRejection", note);
    for (const each of others) process.on("unhandledRejection", each);
    return seen;
  }

  for (const [name, make] of Object.entries(KINDS))
    for (const [how, use] of Object.entries(uses))
      for (const way of ["observe", "withSpan"])
        test(`${way}: ${name}, ${how}`, async () => {
          const alone = await reported(() => use(make()));
          const observed = await reported(() => {
            if (way === "observe") use(observe({ name }, make));
            else use(Laminar.withSpan(Laminar.startSpan({ name }), make, true));
          });
          assert.deepEqual(observed, alone);
        });
});
