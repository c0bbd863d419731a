// Promises of many kinds, observed and not observed: the same object, the same methods, values, errors and
// reads, in the same order; and a span that ends, without a flush that waits.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Laminar, observe } from "laminar-edge";
import { compare } from "../support/compare.mjs";
import {
  Events,
  Later,
  Query,
  caught,
  collect,
  counting,
  error,
  lazy,
  pages,
  request,
} from "../support/kinds.mjs";
import { startSending } from "../support/results.mjs";

// Values that an async function awaits itself, observed or not: only a value that is returned at once keeps its
// identity.
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
  "a then that gives more than one value, and a this": [
    () => ({
      then(done) {
        done.call(this, 1, "success", { status: 200 });
        return this;
      },
    }),
    (p) =>
      new Promise((resolve) =>
        p.then(function (...values) {
          resolve([values, this === p]);
        }),
      ),
  ],
  "a then that fails with more than one value": [
    () => ({
      then(done, fail) {
        fail.call(this, { status: 500 }, "error", "down");
        return this;
      },
    }),
    (p) =>
      new Promise((resolve) =>
        p.then(null, function (...values) {
          resolve([values, this === p]);
        }),
      ),
  ],
  "a catch of a class's own with more than one value": [
    () => {
      const promise = Later.reject(error);
      Promise.prototype.catch.call(promise, () => {});
      promise.catch = function (failed) {
        failed.call(this, error, "error", "down");
        return this;
      };
      return promise;
    },
    (p) =>
      new Promise((resolve) =>
        p.catch(function (...values) {
          resolve([values.length, values[0] === error, this === p]);
        }),
      ),
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

let sent;
before(async (t) => ({ sent } = await startSending(t)));

compare(PROMISES, false, (...args) => sent(...args));

test("one result may be returned by two observed functions, or many times by one", async () => {
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
