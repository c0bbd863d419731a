// Watches objects in place that can be read in more than one way: by iteration, by events, by readers, and by
// methods that return a promise of everything or another stream.

import { isA } from "../values/value.js";
import { pipe } from "./pipe.js";
import { chainOf, has, isObject, shadow } from "./property.js";

/** @typedef {import("./watch.js").Watch} Watch */

// After these methods nothing more is read.
const LEAVING = /^(?:abort|cancel|close|destroy|dispose|return|stop)$/;
// The promises of these methods do not say that the stream has ended.
const EARLY = /^(?:connect|emitted|has|open|ready|start)/;
// These methods return their argument.
const ONWARD = /^pipe/;
const LISTENING = /^(?:on|once|addListener|addEventListener)$/;
const CHUNKS = ["data", "chunk", "streamEvent"];
// The methods of iterators and of readers.
const READING = ["next", "return", "throw", "read", "cancel"];

/**
 * Watches every event of an emitter through its `emit`, so that it gets no listener of ours.
 * @param {any} emitter
 * @param {string} emit
 * @param {Watch} watch
 */
export function watchEvents(emitter, emit, watch) {
  /** @type {unknown} */
  let final;
  // Node's streams start with their first reader. Other emitters start by themselves.
  watch.isRead = () => emitter.readableFlowing !== null;
  shadow(emitter, emit, (original, self, args) => {
    noteEvent(args[0], args[1]);
    return Reflect.apply(original, self, args);
  });
  /**
   * @param {any} event
   * @param {unknown} value
   */
  function noteEvent(event, value) {
    if (watch.ended) return;
    if (CHUNKS.includes(event)) watch.chunk(value);
    else if (event === "error") watch.end(false, { error: value });
    else if (event === "abort" || event === "close") watch.end(true);
    else if (event === "end")
      final === undefined ? watch.end(false) : watch.endWith(final);
    else if (String(event).startsWith("final") && isObject(value))
      final ??= value;
  }
}

/**
 * Watches an iterator, synchronous or asynchronous, or a reader. All readers of one stream count as one reading.
 * @param {any} iterator
 * @param {Watch} watch
 * @param {object} [reading]
 */
export function watchIterator(iterator, watch, reading = iterator) {
  watch.readers++;
  for (const method of READING)
    shadow(iterator, method, watched(method, reading, watch));
  return iterator;
}

/**
 * @param {string} method
 * @param {object} reading
 * @param {Watch} watch
 * @returns {import("./property.js").Apply}
 */
function watched(method, reading, watch) {
  // No closure here has a name: bundlers that keep names would pay for each.
  const after = {
    settle(/** @type {any} */ result) {
      try {
        if (method === "cancel") watch.end(true);
        else if (!isObject(result) || result.done)
          watch.end(method === "return");
        else watch.chunk("value" in result ? result.value : result);
      } catch {
        // The result cannot be looked at, and the user gets it all the same.
      }
      return result;
    },
    fail(/** @type {unknown} */ error) {
      watch.end(false, { error });
      throw error;
    },
  };
  return (original, self, args) => {
    if (!watch.reads(reading)) return Reflect.apply(original, self, args);
    watch.begin();
    let result;
    try {
      // Spans that the generator's body starts are children of the stream's span.
      result = watch.run(original, self, args);
    } catch (error) {
      return after.fail(error);
    }
    // A method that returns its own object returns no promise, even if the object has a `then`.
    return result !== self && typeof result?.then === "function"
      ? result.then(after.settle, after.fail)
      : after.settle(result);
  };
}

/**
 * Watches all methods. `follow(result, watch, object)` returns what the caller gets in place of a result that can
 * be read, and undefined for any other result.
 * @param {any} object
 * @param {Watch} watch
 * @param {(result: any, watch: Watch, object: object) => any} follow
 */
export function watchMethods(object, watch, follow) {
  const isIterator = has(object, "next");
  const isStream = !has(object, "then");
  if (isIterator) watchIterator(object, watch);
  for (const [key, descriptor] of methodsOf(object)) {
    if (isIterator && READING.includes(/** @type {string} */ (key))) continue;
    if (descriptor.get === undefined) shadow(object, key, method(key));
    // A list page has a getter for its items. A program that takes the list does not iterate.
    else if (!Object.hasOwn(object, key))
      shadow(object, key, undefined, (value) => {
        if (Array.isArray(value) && !watch.begun) watch.endWith(value);
      });
  }
  /**
   * @param {PropertyKey} key
   * @returns {import("./property.js").Apply}
   */
  function method(key) {
    const name = String(key);
    return (original, self, args) => {
      if (watch.ended || watch.inside)
        return Reflect.apply(original, self, args);
      if (isStream && LISTENING.test(name)) listen(original, self, args[0]);
      const { readers } = watch;
      const result = watch.run(
        () =>
          piped(original, self, args) ?? Reflect.apply(original, self, args),
        undefined,
        [],
      );
      if (isStream && LEAVING.test(name)) watch.end(true);
      const seen = (watch.seen ??= new WeakSet());
      if (
        watch.ended ||
        // The result reads through a method that is watched already.
        watch.readers !== readers ||
        EARLY.test(name) ||
        !isObject(result) ||
        seen.has(result) ||
        result === object ||
        args.includes(result)
      )
        return result;
      try {
        seen.add(result);
        return followed(result, name) || result;
      } catch {
        return result;
      }
    };
  }
  /**
   * @param {any} result
   * @param {string} name
   */
  function followed(result, name) {
    // An iterator need not be iterable itself.
    if (/asyncIterator/.test(name)) {
      watch.isStream = true;
      return watchIterator(result, watch);
    }
    if (ONWARD.test(name) && !has(result, "then")) return result;
    if (has(result, "read") && has(result, "releaseLock"))
      return watchIterator(result, watch, object);
    if (!Array.isArray(result)) return follow(result, watch, object);
    // `tee` returns two streams.
    return (
      result.every(canBeRead) &&
      result.map((each) => follow(each, watch, object) ?? each)
    );
  }
  /**
   * The runtime's own methods take a stream from inside: they are given a pipe instead.
   * @param {any} original
   * @param {unknown} self
   * @param {any[]} args
   */
  function piped(original, self, args) {
    if (self !== object || !isA(self, globalThis.ReadableStream) || self.locked)
      return undefined;
    const { pipeTo, pipeThrough, tee } = ReadableStream.prototype;
    if (![pipeTo, pipeThrough, tee].includes(original)) return undefined;
    watch.readers++;
    watch.inside = true;
    try {
      return original.apply(pipe(object, watch), args);
    } finally {
      watch.inside = false;
    }
  }
  /**
   * Emitters that do not show what they emit say when they have ended.
   * @param {Function} on
   * @param {unknown} self
   * @param {unknown} event
   */
  function listen(on, self, event) {
    watch.begin();
    try {
      if (event === "error")
        on.call(self, event, (/** @type {unknown} */ error) =>
          watch.end(false, { error }),
        );
      if (watch.listens) return;
      watch.listens = true;
      on.call(self, "end", () => watch.end(false));
      on.call(self, "close", () => watch.end(true));
    } catch {
      // Not every emitter has these events.
    }
  }
}

/** @param {any} value */
function canBeRead(value) {
  return (
    isObject(value) &&
    [Symbol.asyncIterator, "next", "getReader"].some((key) => has(value, key))
  );
}

/**
 * Returns the methods and getters of an object and its classes, without those of Object and Promise.
 * @param {object} object
 */
function methodsOf(object) {
  /** @type {Map<string | symbol, PropertyDescriptor>} */
  const found = new Map();
  for (const at of chainOf(object)) {
    const last = Object.getPrototypeOf(at) === null;
    if ((last && at !== object) || at === Promise.prototype) break;
    for (const key of Reflect.ownKeys(at)) {
      const isWay =
        key === Symbol.asyncIterator ||
        (typeof key === "string" &&
          !/^(?:_|then$|catch$|constructor$)/.test(key));
      if (!isWay || found.has(key)) continue;
      const descriptor = /** @type {PropertyDescriptor} */ (
        Object.getOwnPropertyDescriptor(at, key)
      );
      if (descriptor.get !== undefined || isMethod(descriptor.value))
        found.set(key, descriptor);
    }
  }
  return found;
}

/** @param {unknown} value */
function isMethod(value) {
  if (typeof value !== "function") return false;
  // Classes are left out, because they cannot be called.
  return (
    Object.getOwnPropertyDescriptor(value, "prototype")?.writable !== false
  );
}
