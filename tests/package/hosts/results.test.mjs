// Results of many kinds, observed and not observed: the same object, the same methods, values, errors and
// reads, in the same order; and a span that ends, without a flush that waits.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { Laminar, observe } from "laminar-edge";
import { startSending, warningsOf } from "../support/results.mjs";

let sent;
before(async (t) => ({ sent } = await startSending(t)));

const error = new Error("boom");
const caught = async (action) => {
  try {
    return { value: await action() };
  } catch (thrown) {
    return { thrown, same: thrown === error };
  }
};
const collect = async (iterable) => {
  const seen = [];
  for await (const each of iterable) seen.push(each);
  return seen;
};
const reading = async (stream) => {
  const reader = stream.getReader();
  const seen = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return [...seen, "done", await reader.closed];
    seen.push(value);
  }
};
const source = (...chunks) => ({
  pull: (controller) =>
    chunks.length > 0 ? controller.enqueue(chunks.shift()) : controller.close(),
});

class Later extends Promise {
  more() {
    return "more";
  }
}

class Query {
  constructor(log, parts = []) {
    Object.assign(this, { log, parts });
  }
  where(part) {
    return new Query(this.log, [...this.parts, part]);
  }
  first() {
    this.parts.push("first");
    return this;
  }
  then(fulfilled, rejected) {
    this.log.push(`run ${this.parts}`);
    return Promise.resolve(this.parts).then(fulfilled, rejected);
  }
  catch(rejected) {
    return this.then(undefined, rejected);
  }
}

class Lazy extends Promise {
  #start;
  constructor(start) {
    super((resolve) => resolve(null));
    this.#start = start;
  }
  static get [Symbol.species]() {
    return Promise;
  }
  asResponse() {
    return this.#start();
  }
  parse() {
    return this.#start().then((response) => response.json());
  }
  then(fulfilled, rejected) {
    return this.parse().then(fulfilled, rejected);
  }
  catch(rejected) {
    return this.parse().catch(rejected);
  }
  finally(action) {
    return this.parse().finally(action);
  }
}
const lazy = (log) =>
  new Lazy(async () => {
    log.push("started");
    return Response.json({ said: "hi" });
  });

/** As HTTP clients give: `.json()` on the promise itself. */
const request = (log) => {
  const promise = (async () => {
    log.push("sent");
    return new Response('{"said":"hi"}');
  })();
  const answer = (name) => async () => (await promise).clone()[name]();
  return Object.assign(promise, { json: answer("json"), text: answer("text") });
};

/** As payment clients give: a promise of a page that can be iterated before it is there. */
const pages = () => {
  const promise = Promise.resolve({ data: [1, 2] });
  async function* iterate() {
    yield* (await promise).data;
  }
  const iterator = iterate();
  return Object.assign(promise, {
    next: () => iterator.next(),
    return: (value) => iterator.return(value),
    autoPagingEach: async (each) => (await promise).data.forEach(each),
    [Symbol.asyncIterator]() {
      return this;
    },
  });
};

class Page {
  #client = "client";
  constructor(data) {
    this.data = data;
  }
  hasNextPage() {
    return this.#client !== "client";
  }
  async *[Symbol.asyncIterator]() {
    yield* this.data;
  }
}

class PrivatePage {
  #data = [1, 2];
  get data() {
    return this.#data;
  }
  async *[Symbol.asyncIterator]() {
    yield* this.#data;
  }
}

class Cursor {
  #left = [1, 2, 3];
  constructor(log) {
    this.log = log;
  }
  async hasNext() {
    return this.#left.length > 0;
  }
  async next() {
    this.log.push("next");
    return this.#left.shift() ?? null;
  }
  async toArray() {
    return this.#left.splice(0);
  }
  async forEach(each) {
    while (await this.hasNext()) each(await this.next());
  }
  async *[Symbol.asyncIterator]() {
    for (let each; (each = await this.next()) !== null;) yield each;
  }
}

/** As SDKs have it, all in private: events, what collects them, copies, iteration. */
class Events {
  #listeners = {};
  #parts = ["Hel", "lo"];
  #ended;
  constructor() {
    this.#ended = new Promise((resolve) => setTimeout(resolve, 5)).then(() => {
      for (const part of this.#parts) this.#tell("text", part);
      this.#tell("end");
    });
  }
  #tell(event, ...args) {
    for (const listener of this.#listeners[event] ?? []) listener(...args);
  }
  on(event, listener) {
    (this.#listeners[event] ??= []).push(listener);
    return this;
  }
  async done() {
    await this.#ended;
  }
  async finalText() {
    await this.done();
    return this.#parts.join("");
  }
  tee() {
    const copy = async function* (parts) {
      yield* parts;
    };
    return [copy(this.#parts), copy(this.#parts)];
  }
  toReadableStream() {
    return new ReadableStream(source(...this.#parts));
  }
  async *[Symbol.asyncIterator]() {
    yield* this.#parts;
  }
}

class OwnStream extends ReadableStream {
  said = "own";
  shout() {
    return "OWN";
  }
}
const ownStream = () => new OwnStream(source("a", "b"));

/** As the AI SDK makes them: a stream of the runtime that can be iterated in older ones, too. */
const iterableStream = () => {
  const stream = new ReadableStream(source("a", "b"));
  stream[Symbol.asyncIterator] = () => {
    const reader = stream.getReader();
    return { next: () => reader.read() };
  };
  return stream;
};

class OwnResponse extends Response {
  get cookies() {
    return "cookies";
  }
}

const transform = () =>
  new TransformStream({
    transform: (chunk, controller) => controller.enqueue(chunk + chunk),
  });

const counting = (target, log) =>
  new Proxy(target, {
    get(...args) {
      log.push(String(args[1]));
      return Reflect.get(...args);
    },
  });

// What an async function takes itself, observed or not: only what is given at once keeps its identity.
const PROMISES = {
  "a promise with properties": [
    () => Object.assign(Promise.resolve(1), { id: "p" }),
    async (p) => [p.id, await p, await p, await p.then((n) => n + 1)],
  ],
  "the same, its constructor read": [
    () => Object.assign(Promise.resolve(1), { id: "p" }),
    async (p) => [p.constructor === Promise, Promise.resolve(p) === p, await p],
  ],
  "the same by all": [
    () => Object.assign(Promise.resolve(1), { id: "p" }),
    (p) => Promise.all([p, Promise.race([p]), p.finally(() => 2)]),
  ],
  "a rejected promise with properties": [
    () => Object.assign(Promise.reject(error), { id: "p" }),
    async (p) => [await caught(() => p), await p.catch((e) => e === error)],
  ],
  "a frozen promise with properties": [
    () => Object.freeze(Object.assign(Promise.resolve(1), { id: "p" })),
    async (p) => [p.id, await p],
  ],
  "a promise of a class": [
    () => Later.resolve(1),
    async (p) => [p.more(), p.then(String) instanceof Later, await p],
  ],
  "a rejected promise of a class": [
    () => Later.reject(error),
    async (p) => [await caught(() => p), await p.catch((e) => e === error)],
  ],
  "a lazy promise, awaited twice": [lazy, async (p) => [await p, await p]],
  "a lazy promise, its response": [
    lazy,
    async (p) => (await p.asResponse()).text(),
  ],
  "a lazy promise, caught": [lazy, (p) => p.catch(() => assert.fail())],
  "a lazy promise, finally": [lazy, (p) => p.finally(() => {})],
  "a lazy promise that is parsed": [
    lazy,
    async (p) => [await p.parse(), await p.then((said) => said.said)],
  ],
  "a client's request, .json()": [request, (p) => p.json()],
  "a client's request, .text()": [request, (p) => p.text()],
  "a client's request, awaited": [
    request,
    async (p) => [(await p).status, await (await p).text()],
  ],
  "a promise of pages, awaited": [pages, async (p) => (await p).data],
  "a promise of pages, iterated": [pages, (p) => collect(p)],
  "a promise of pages, by a method": [
    pages,
    async (p) => {
      const seen = [];
      await p.autoPagingEach((each) => seen.push(each));
      return seen;
    },
  ],
  "a query": [(log) => new Query(log), (q) => q.first()],
  "a query that makes others": [
    (log) => new Query(log),
    async (q) => [await q.where("a").where("b"), await q.where("c").first()],
  ],
  "a thenable in a proxy": [
    (log) => counting(new Query([]), log),
    async (q) => (await q).length,
  ],
  "a promise in a proxy": [
    (log) =>
      new Proxy(Promise.resolve(1), {
        get(target, key) {
          log.push(key);
          const value = target[key];
          return typeof value === "function" ? value.bind(target) : value;
        },
      }),
    async (p) => [await p, await p.then((n) => n + 1)],
  ],
  "a then that a getter gives": [
    (log) => ({
      get then() {
        log.push("then");
        return (fulfilled) => fulfilled(1);
      },
    }),
    async (p) => await p,
  ],
  "a then that a getter does not give": [
    (log) => ({
      get then() {
        log.push("then");
        return undefined;
      },
    }),
    async (p) => Object.keys(await p),
  ],
  "a then that throws": [
    () => ({
      then() {
        throw error;
      },
    }),
    (p) => caught(async () => await p),
  ],
  "a then with fields": [
    () => ({
      then: Object.assign((done) => done(1), { mock: { calls: 3 } }),
    }),
    async (p) => [p.then.mock, p.then.name, p.then.length, await p],
  ],
  "a frozen thenable": [
    (log) => Object.freeze(new Query(log)),
    async (q) => await q,
  ],
  "a function that can be awaited": [
    () => Object.assign(() => "called", { then: (done) => done(1) }),
    async (f) => [f(), await f],
  ],
  "a revoked proxy": [
    () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    },
    (p) => caught(() => p.x),
  ],
};

const RESULTS = {
  "getters that throw": [
    () => ({
      get value() {
        throw error;
      },
    }),
    (o) => caught(() => o.value),
  ],
  "a page": [() => new Page([1, 2]), (p) => [p.data, p.hasNextPage()]],
  "a page, iterated": [() => new Page([1, 2]), (p) => collect(p)],
  "a page that nobody reads": [() => new Page([]), () => "unread"],
  "a page without a class": [
    () => ({ data: [], async *[Symbol.asyncIterator]() {} }),
    (p) => p.data,
  ],
  "a page behind a getter": [() => new PrivatePage(), (p) => [p.data, p.data]],
  "a page behind a getter, iterated": [
    () => new PrivatePage(),
    (p) => collect(p),
  ],
  "a list that can be iterated": [
    () => {
      class List extends Array {
        async *[Symbol.asyncIterator]() {
          yield* this.values();
        }
      }
      return List.of(1, 2);
    },
    (l) => [l.length, ...l],
  ],
  "a cursor by toArray": [(log) => new Cursor(log), (c) => c.toArray()],
  "a cursor by iteration": [(log) => new Cursor(log), (c) => collect(c)],
  "a cursor by next": [
    (log) => new Cursor(log),
    async (c) => [
      await c.next(),
      await c.next(),
      await c.next(),
      await c.next(),
    ],
  ],
  "a cursor by forEach": [
    (log) => new Cursor(log),
    async (c) => {
      const seen = [];
      await c.forEach((each) => seen.push(each));
      return [seen, await c.hasNext()];
    },
  ],
  "events by iteration": [() => new Events(), (s) => collect(s)],
  "events by what collects": [() => new Events(), (s) => s.finalText()],
  "events and done": [
    () => new Events(),
    async (s) => {
      let said = "";
      assert.equal(
        s.on("text", (part) => (said += part)),
        s,
      );
      return [await s.done(), said];
    },
  ],
  "events alone": [
    () => new Events(),
    (s) => new Promise((resolve) => s.on("text", () => {}).on("end", resolve)),
  ],
  "events by tee": [
    () => new Events(),
    (s) => Promise.all(s.tee().map(collect)),
  ],
  "events as a stream": [
    () => new Events(),
    (s) => reading(s.toReadableStream()),
  ],
  "an async generator": [
    async function* () {
      yield 1;
      yield 2;
    },
    async (g) => [String(g), Reflect.ownKeys(g).length > 3, await collect(g)],
  ],
  "a generator": [
    function* () {
      yield 1;
      return 2;
    },
    (g) => [g.next(), g.next(), g.next()],
  ],
  "a sealed iterable": [
    () => Object.freeze({ async *[Symbol.asyncIterator]() {} }),
    (i) => collect(i),
  ],
  "an iterable whose iterator is frozen": [
    () => ({
      [Symbol.asyncIterator]: () =>
        Object.freeze({ next: async () => ({ done: true }) }),
    }),
    (i) => collect(i),
    { unread: true },
  ],
  "a stream of a class, by a reader": [
    ownStream,
    async (s) => [s.said, s.shout(), await reading(s), s.locked],
  ],
  "a stream of a class, iterated": [
    ownStream,
    async (s) => [await collect(s), s.locked],
  ],
  "a stream of a class, through": [
    ownStream,
    async (s) => [s.locked, await collect(s.pipeThrough(transform()))],
  ],
  "a stream of a class, piped": [
    ownStream,
    async (s) => {
      const seen = [];
      const into = new WritableStream({
        write: (each) => void seen.push(each),
      });
      return [await s.pipeTo(into), seen];
    },
  ],
  "a stream of a class, by tee": [
    ownStream,
    async (s) => Promise.all(s.tee().map(reading)),
  ],
  "a stream of a class, cancelled": [
    ownStream,
    async (s) => [await s.cancel(), await reading(s)],
  ],
  "a stream with a method": [
    iterableStream,
    async (s) => [await collect(s), s.locked],
  ],
  "a stream that is locked": [
    () => {
      const stream = new ReadableStream(source("a"));
      stream.reader = stream.getReader();
      return stream;
    },
    async (s) => [s.locked, await s.reader.read()],
  ],
  "a response of a class": [
    () => new OwnResponse("said"),
    async (r) => [r.cookies, await r.text()],
  ],
  "a response with a property": [
    () => Object.assign(new Response("said"), { id: 1 }),
    async (r) => [r.id, await r.text()],
  ],
  "a response of known length": [
    () => new Response("said", { headers: { "content-length": "4" } }),
    async (r) => [r.headers.get("content-length"), await r.text()],
  ],
  "a response without a body": [() => Response.error(), (r) => r.type],
  "a map": [() => new Map([[1, 2]]), (m) => [...m]],
  "nothing inherited": [() => Object.create(null), (o) => Object.keys(o)],
};

/** Methods and fields as whoever looks at an object finds them; not what is ours to have put in front. */
function shapeOf(value) {
  try {
    const names = [];
    for (let at = value; at !== null && names.length < 99;) {
      names.push(...Object.getOwnPropertyNames(at));
      at = at === Object.getPrototypeOf(at) ? null : Object.getPrototypeOf(at);
    }
    return {
      names: [...new Set(names)]
        .filter((each) => each !== "constructor")
        .sort(),
      keys: Object.keys(value),
      tag: Object.prototype.toString.call(value),
    };
  } catch {
    return "none";
  }
}

/** What a program sees of a result that `around` gives it. */
async function run(make, use, isAwaited, around) {
  const log = [];
  let made;
  const create = () => (made = make(log));
  const given = around(isAwaited ? async () => create() : create);
  const got = isAwaited ? await given : given;
  const shape = shapeOf(got);
  const outcome = await caught(() => use(got));
  return { same: got === made, shape, outcome, log };
}

function compare(kinds, isAwaited) {
  for (const [name, [make, use, { unread } = {}]] of Object.entries(kinds))
    test(`${name}${isAwaited ? ", awaited" : ""}`, async (t) => {
      const alone = await run(make, use, isAwaited, (action) => action());
      let observed;
      const warned = await warningsOf(async () => {
        const options = { name: t.name, ignoreOutput: true };
        const around = (action) => observe(options, action);
        observed = await run(make, use, isAwaited, around);
        await sent(t.name, unread ? 6_000 : 2_000);
      });
      assert.equal(observed.same, true);
      assert.deepEqual(observed, alone);
      assert.deepEqual(warned, []);
    });
}

test("one result of two observed functions, or of one many times", async () => {
  const twice = {
    promise: [() => Object.assign(Promise.resolve("x"), { id: 1 }), (p) => p],
    lazy: [() => lazy([]), (p) => p.parse()],
    events: [() => new Events(), (s) => s.finalText()],
    generator: [
      async function* () {
        yield "x";
      },
      (g) => collect(g),
    ],
  };
  for (const [kind, [make, use]] of Object.entries(twice)) {
    const [inner, outer] = [`inner ${kind}`, `outer ${kind}`];
    await use(observe({ name: outer }, () => observe({ name: inner }, make)));
    const outputs = [(await sent(inner)).output, (await sent(outer)).output];
    assert.deepEqual(outputs[0], outputs[1]);
    assert.ok(outputs[0], kind);
  }
  const shared = new Events();
  for (let i = 0; i < 20_000; i++) observe({ name: "shared" }, () => shared);
  assert.deepEqual(await collect(shared), ["Hel", "lo"]);
  const promise = lazy([]);
  for (let i = 0; i < 20_000; i++) observe({ name: "shared" }, () => promise);
  assert.deepEqual(await promise, { said: "hi" });
  await Laminar.forceFlush();
});

describe("the same, observed or not", { concurrency: false }, () => {
  compare({ ...PROMISES, ...RESULTS }, false);
  compare(RESULTS, true);
});
