// Follows results that arrive over time: their span ends when they have been read, cancelled, or failed. The
// caller gets the same object, watched in place. Only a plain stream or Response of the runtime, which cannot be
// watched, is replaced by one behind a pipe.

import { isA } from "../values/value.js";
import { canHandOn, canPipe, handOn, isPlainStream, pipe } from "./pipe.js";
import { watchEvents, watchIterator, watchMethods } from "./in-place.js";
import { isThenable, watchPromise } from "./promises.js";
import {
  admits,
  has,
  isObject,
  isPlainPromise,
  propertyOf,
} from "./property.js";
import { Watch } from "./watch.js";

/**
 * @typedef {import("./watch.js").Finish} Finish
 * @typedef {import("./watch.js").WatchOptions} WatchOptions
 * @typedef {import("../span/span.js").Span} Span
 */

/**
 * Returns what the caller gets for a result whose span ends later, by `finish(output, incomplete, failure)`;
 * undefined if the result is a value or cannot be followed. `options` are those of the watch.
 * @param {any} value
 * @param {Span} span
 * @param {Finish} finish
 * @param {WatchOptions} [options]
 * @returns {any}
 */
export function followResult(value, span, finish, options) {
  let watch;
  try {
    const kind = kindOf(value);
    if (kind === undefined || (options?.only ?? kind) !== kind)
      return undefined;
    watch = new Watch(span, finish, options);
    return kind(value, watch);
  } catch {
    // Stand-ins that were defined before the error stay, and do nothing.
    watch?.drop();
    return undefined;
  }
}

/**
 * Does the same for promises only. The span ends when the promise settles, even with a stream.
 * @param {any} value
 * @param {Span} span
 * @param {Finish} finish
 * @param {WatchOptions} [options]
 */
export function followPromise(value, span, finish, options) {
  return followResult(value, span, finish, { ...options, only: promise });
}

/**
 * @param {any} value
 * @returns {((value: any, watch: Watch) => any) | undefined}
 */
function kindOf(value) {
  if (isThenable(value)) return promise;
  if (!isObject(value)) return undefined;
  if (isA(value, globalThis.Response))
    return canHandOn(value) ? response : undefined;
  if (isA(value, globalThis.ReadableStream)) {
    if (canPipe(value)) return readable;
    return value.locked || isPlainStream(value) ? undefined : inPlace;
  }
  return isStream(value) ? inPlace : undefined;
}

/**
 * @param {ReadableStream} value
 * @param {Watch} watch
 */
function readable(value, watch) {
  watch.isStream = true;
  watch.type = "stream";
  const stream = pipe(value, watch);
  watch.open();
  return stream;
}

/**
 * @param {Response} value
 * @param {Watch} watch
 */
function response(value, watch) {
  watch.isStream = true;
  watch.type = "response";
  const copy = handOn(value, watch);
  watch.open();
  return copy;
}

/**
 * @param {any} value
 * @param {Watch} watch
 */
function promise(value, watch) {
  if (!watched(value, watch)) return undefined;
  watchMethods(value, watch, followMethod);
  watch.open();
  return value;
}

/**
 * @param {any} value
 * @param {Watch} watch
 * @param {(value: any) => void} [settled]
 */
function watched(value, watch, settled = settledBy(watch)) {
  return watchPromise(value, watch, settled, (error) =>
    watch.end(false, { error }),
  );
}

/**
 * @param {any} value
 * @param {Watch} watch
 */
function inPlace(value, watch) {
  if (!admits(value)) return undefined;
  watch.isStream = true;
  const emit = ["emit", "_emit"].find((key) => has(value, key));
  const generates = isGenerator(value);
  if (emit !== undefined && has(value, "on")) watchEvents(value, emit, watch);
  else if (generates) watchIterator(value, watch);
  else watchMethods(value, watch, followMethod);
  const iterates = has(value, Symbol.asyncIterator) || has(value, "next");
  if (emit !== undefined || !iterates) watch.type = "stream";
  watch.open();
  return value;
}

/**
 * Follows what a method of a followed object returned: another way to read it, or a promise of everything.
 * @param {any} value
 * @param {Watch} watch
 * @param {object} from
 */
function followMethod(value, watch, from) {
  try {
    if (!isThenable(value)) return kindOf(value)?.(value, watch);
    const isPlain = isPlainPromise(value);
    const settled = isThenable(from)
      ? settledBy(watch)
      : collectedBy(watch, from);
    if (!watched(value, watch, settled)) return undefined;
    if (!isPlain) watchMethods(value, watch, followMethod);
    return value;
  } catch {
    return undefined;
  }
}

/**
 * Ends the span with what a method of a stream collected, unless the value is only about the stream.
 * @param {Watch} watch
 * @param {object} stream
 */
function collectedBy(watch, stream) {
  return (/** @type {any} */ value) => {
    const isAside =
      typeof value === "boolean" ||
      isA(value, globalThis.Response) ||
      (isObject(value) &&
        propertiesOf(value).some((each) => each.value === stream));
    if (value === undefined) watch.end(false);
    else if (!isAside) watch.endWith(value);
  };
}

/**
 * Ends the span with the value of a promise, or follows the value if it arrives over time.
 * @param {Watch} watch
 */
function settledBy(watch) {
  return (/** @type {any} */ value) => {
    // Another promise of the same object has given a stream.
    if (watch.isStream) return;
    try {
      if (
        !watch.only &&
        kindOf(value) === inPlace &&
        inPlace(value, watch) !== undefined
      )
        return;
    } catch {
      // The value cannot be looked at.
    }
    watch.endWith(value);
  };
}

/**
 * Returns whether an object is a stream, by its methods and not by the name of its class.
 * @param {any} value
 */
function isStream(value) {
  if (has(value, "on")) {
    const reads =
      has(value, Symbol.asyncIterator) ||
      has(value, "done") ||
      (has(value, "pipe") && propertyOf(value, "readable")?.value === true);
    if (reads) return !isOver(value);
  }
  if (has(value, "getReader") || isGenerator(value)) return true;
  return (
    has(value, Symbol.asyncIterator) && (has(value, "next") || !isPage(value))
  );
}

/**
 * Returns whether an object is a generator, also of another realm or of a transpiler.
 * @param {object} value
 */
function isGenerator(value) {
  const tag = has(value, "next") && propertyOf(value, Symbol.toStringTag);
  return tag && /^(?:Async)?Generator$/.test(tag.value);
}

/**
 * Returns whether an emitter has ended already. It would not emit its end again.
 * @param {any} emitter
 */
function isOver({ destroyed, readableEnded, ended }) {
  return [destroyed, readableEnded, ended].includes(true);
}

/**
 * Returns whether an iterable is a list that holds its items already.
 * @param {object} value
 */
function isPage(value) {
  if (Array.isArray(value) || has(value, "toJSON")) return true;
  const isLiteral = isData(value);
  return propertiesOf(value).some(
    ({ enumerable, get, value: held }) =>
      enumerable &&
      (Array.isArray(held) ||
        (isLiteral && (get !== undefined || isData(held)))),
  );
}

/** @param {object} object */
function propertiesOf(object) {
  return Object.values(Object.getOwnPropertyDescriptors(object));
}

/** @param {any} value */
function isData(value) {
  if (!isObject(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return [null, Object.prototype, Map.prototype, Set.prototype].includes(
    prototype,
  );
}
