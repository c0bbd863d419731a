// Functions that stand for fetch and trace the LLM calls among what they are asked for.

import { shared } from "../host/shared.js";
import { warnOnce } from "../host/warn.js";
import { likeness } from "../instrument/likeness.js";
import { readOptions } from "./options.js";
import { send } from "./send.js";

/** @typedef {import("../../llm.js").LLMOptions} LLMOptions */
/** @typedef {(this: any, ...args: any[]) => any} Callable */

/**
 * What each function of ours stands for, and with which options.
 * @type {WeakMap<object, { original: Callable | undefined, options: LLMOptions | undefined }>}
 */
const traced = shared("llm fetches", () => new WeakMap());

/** @type {typeof import("../../llm.js").tracedFetch} */
export function tracedFetch({ fetch, ...options } = {}) {
  // The global one is looked up with each call: another one may be put there later.
  return trace(fetch, options);
}

/**
 * Returns a function that does what `original` does, and traces it. Of one that is traced already the options are
 * replaced by those given.
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

/** Whether a function is one of ours. @param {any} value */
export function isTraced(value) {
  return typeof value === "function" && traced.has(value);
}

/**
 * Puts a traced fetch in place of the global one; returns what undoes that.
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
    // Somebody else may have put theirs around ours.
    if (globalThis.fetch === made) globalThis.fetch = original;
  };
  try {
    likeness(original, made);
    globalThis.fetch = /** @type {any} */ (made);
    if (globalThis.fetch !== made) throw new TypeError("it cannot be replaced");
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

/** By the function that stands in the global place. @type {WeakMap<object, () => void>} */
const restores = shared("llm global fetches", () => new WeakMap());
