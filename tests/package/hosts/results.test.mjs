// Results of many kinds, observed and not observed: the same object, the same methods, values, errors and
// reads, in the same order; and a span that ends, without a flush that waits.

import assert from "node:assert/strict";
import { before } from "node:test";
import { compare } from "../support/compare.mjs";
import {
  Cursor,
  Events,
  OwnResponse,
  Page,
  PrivatePage,
  caught,
  collect,
  error,
  iterableStream,
  ownStream,
  reading,
  source,
  transform,
} from "../support/kinds.mjs";
import { startSending } from "../support/results.mjs";

const byHand = (log) => ({
  [Symbol.asyncIterator]() {
    let last = 0;
    return {
      async next() {
        return last < 3 ? { value: ++last } : { done: true };
      },
      async return() {
        log.push("returned");
        return { done: true };
      },
    };
  },
});

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
  "an iterable with an iterator by hand": [byHand, (i) => collect(i)],
  "an iterable with an iterator by hand, left": [
    byHand,
    async (i) => {
      for await (const each of i) if (each === 1) break;
    },
  ],
  "an iterable with an iterator by hand that fails": [
    () => ({
      [Symbol.asyncIterator]: () => ({
        next() {
          throw error;
        },
      }),
    }),
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

let sent;
before(async (t) => ({ sent } = await startSending(t)));
const late = (...args) => sent(...args);

compare(RESULTS, false, late);
compare(RESULTS, true, late);
