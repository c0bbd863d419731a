// Objects that libraries of many kinds return, and ways to use them.

import assert from "node:assert/strict";

export const error = new Error("boom");
export const caught = async (action) => {
  try {
    return { value: await action() };
  } catch (thrown) {
    return { thrown, same: thrown === error };
  }
};
export const collect = async (iterable) => {
  const seen = [];
  for await (const each of iterable) seen.push(each);
  return seen;
};
export const reading = async (stream) => {
  const reader = stream.getReader();
  const seen = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return [...seen, "done", await reader.closed];
    seen.push(value);
  }
};
export const source = (...chunks) => ({
  pull: (controller) =>
    chunks.length > 0 ? controller.enqueue(chunks.shift()) : controller.close(),
});

export class Later extends Promise {
  more() {
    return "more";
  }
}

export class Query {
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
export const lazy = (log) =>
  new Lazy(async () => {
    log.push("started");
    return Response.json({ said: "hi" });
  });

/** Like those of HTTP clients: `.json()` on the promise itself. */
export const request = (log) => {
  const promise = (async () => {
    log.push("sent");
    return new Response('{"said":"hi"}');
  })();
  const answer = (name) => async () => (await promise).clone()[name]();
  return Object.assign(promise, { json: answer("json"), text: answer("text") });
};

/** Like those of payment clients: a promise of a page that can be iterated before it resolves. */
export const pages = () => {
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

export class Page {
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

export class PrivatePage {
  #data = [1, 2];
  get data() {
    return this.#data;
  }
  async *[Symbol.asyncIterator]() {
    yield* this.#data;
  }
}

export class Cursor {
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

/**
 * Like the streams of LLM clients, with private state: events, methods that collect them, copies, iteration.
 */
export class Events {
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
export const ownStream = () => new OwnStream(source("a", "b"));

/** Like those of the AI SDK: a stream of the runtime that can also be iterated in older runtimes. */
export const iterableStream = () => {
  const stream = new ReadableStream(source("a", "b"));
  stream[Symbol.asyncIterator] = () => {
    const reader = stream.getReader();
    return { next: () => reader.read() };
  };
  return stream;
};

export class OwnResponse extends Response {
  get cookies() {
    return "cookies";
  }
}

export const transform = () =>
  new TransformStream({
    transform: (chunk, controller) => controller.enqueue(chunk + chunk),
  });

export const counting = (target, log) =>
  new Proxy(target, {
    get(...args) {
      log.push(String(args[1]));
      return Reflect.get(...args);
    },
  });
