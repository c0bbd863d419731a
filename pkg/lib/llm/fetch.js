// Functions in place of fetch, which trace the LLM calls among their requests.

import { shared } from "../host/shared.js";
import { warnOnce } from "../host/warn.js";
import { likeness } from "../instrument/likeness.js";
import { readOptions } from "./options.js";
import { send } from "./send.js";

/** @typedef {import("../../llm.js").LLMOptions} LLMOptions */
/** @typedef {(this: any, ...args: any[]) => any} Callable */

/**
 * The original and the options of each traced fetch.
 * @type {WeakMap<object, { original: Callable | undefined, options: LLMOptions | undefined }>}
 */
const traced = shared("llm fetches", () => new WeakMap());

/** @type {typeof import("../../llm.js").tracedFetch} */
export function tracedFetch({ fetch, ...options } = {}) {
  // The global fetch is looked up in each call, because it may be replaced later.
  return trace(fetch, options);
}

/**
 * Returns a function that does what `original` does, and traces it. If `original` is a traced one, `given`
 * replaces its options.
 * @param {any} original undefined for the global fetch
 * @param {LLMOptions} [given]
 * @returns {any}
 */
export function trace(original, given) {
  const before = original && traced.get(original);
  const source = before ? before.original : original;
  const merged = before ? { ...before.options, ...given } : given;
  const options = readOptions(merged);
  /** @type {Callable} */
  const made = function (...args) {
    return send(
      source ?? globalThis.fetch,
      source ? this : undefined,
      args,
      options,
    );
  };
  likeness(source ?? globalThis.fetch ?? made, made);
  traced.set(made, { original: source, options: merged });
  return made;
}

/** Returns whether a function is one of ours. @param {any} value */
export function isTraced(value) {
  return typeof value === "function" && traced.has(value);
}

/**
 * Replaces the global fetch by a traced one; returns a function that undoes it.
 * @param {LLMOptions} [options]
 * @returns {() => void}
 */
export function instrumentFetch(options) {
  const original = globalThis.fetch;
  const restored = restores.get(original);
  if (restored !== undefined) return restored;
  let isOn = true;
  const read = readOptions(options);
  /** @type {Callable} */
  const made = function (...args) {
    return isOn
      ? send(original, this, args, read)
      : Reflect.apply(original, this, args);
  };
  const restore = () => {
    isOn = false;
    restores.delete(made);
    // Another library may have wrapped ours.
    if (globalThis.fetch === made) globalThis.fetch = original;
  };
  try {
    likeness(original, made);
    globalThis.fetch = /** @type {any} */ (made);
    if (globalThis.fetch !== made) throw new TypeError();
    restores.set(made, restore);
  } catch {
    warnOnce(
      "llm global fetch",
      "the global fetch cannot be replaced: give clients Laminar.fetch instead",
    );
    return () => {};
  }
  return restore;
}

/** The undo function of each traced global fetch. @type {WeakMap<object, () => void>} */
const restores = shared("llm global fetches", () => new WeakMap());
