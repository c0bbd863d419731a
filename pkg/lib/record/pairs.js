// Attributes before they are packed: one list, keys and values in turn. Unlike with an object, the engine needs
// no hidden class for each new key, and `__proto__` is a key like any other.

import { isContent, TracingLevel } from "../values/level.js";
import { applyMask } from "./mask.js";
import { toAttribute } from "../values/value.js";
import { warnOnce } from "../host/warn.js";

/** @import { AttributeValue, TracingLevel as Level } from "../../index.js" */
/** @typedef {AttributeValue | undefined} Value */
/** @typedef {{ name: string, time: number, pairs: Pairs }} Event */
/** @typedef {{ trace: number[], high: number, low: number, pairs: Pairs }} Link */
/** @import { Mask } from "./mask.js" */
/** @typedef {any[]} Pairs A string, its value, a string and so on, which TypeScript has no type for. */

const hasOwn = Object.prototype.hasOwnProperty;

/**
 * Returns the index of `key`, -1 if there is none.
 * @type {(pairs: Pairs, key: string, from?: number) => number}
 */
export function find(pairs, key, from = 0) {
  for (let i = from; i < pairs.length; i += 2) if (pairs[i] === key) return i;
  return -1;
}

/**
 * Adds the attributes of an object whose values OpenTelemetry takes. Throws if the object cannot be read; what
 * was read before stays. An object's keys are unique, so none is added twice.
 * @type {(pairs: Pairs, object: any) => void}
 */
export function readInto(pairs, object) {
  // Each character of a string would be an attribute.
  if (typeof object === "string") return;
  if (isPlain(object)) {
    // Reading a key right after the engine has enumerated it is fast.
    for (const key in object)
      if (hasOwn.call(object, key)) add(pairs, key, object[key]);
  } else {
    for (const key of Object.keys(object)) add(pairs, key, object[key]);
  }
}

/** @type {(pairs: Pairs, key: string, given: unknown) => void} */
function add(pairs, key, given) {
  const value =
    typeof given === "string" || typeof given === "number"
      ? given
      : toAttribute(given);
  if (value !== undefined && key !== "") pairs.push(key, value);
}

/** Returns whether an object inherits no keys from the program's own classes. */
function isPlain(/** @type {unknown} */ object) {
  if (typeof object !== "object" || object === null) return false;
  const prototype = Object.getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Returns the value that may be recorded: what the mask makes of it, or undefined for content if the level is
 * META_ONLY.
 * @param {string} key
 * @param {AttributeValue} value
 * @param {Level | undefined} level
 * @param {Mask | undefined} mask
 */
export function allowed(key, value, level, mask) {
  if (level === TracingLevel.META_ONLY && isContent(key)) return undefined;
  return mask === undefined ? value : applyMask(mask, key, value);
}

/**
 * Returns the pairs as an object, for look-ups.
 * @type {(pairs: Pairs) => Record<string, AttributeValue>}
 */
export function toObject(pairs) {
  const entries = [];
  for (let i = 0; i < pairs.length; i += 2)
    entries.push([pairs[i], pairs[i + 1]]);
  return Object.fromEntries(entries);
}

/**
 * Returns the attributes of an object as far as level and mask of a span let them through.
 * @type {(from: unknown, span: { mask: Mask | undefined, level: Level | undefined }) => Pairs}
 */
export function attributesOf(from, { mask, level }) {
  /** @type {Pairs} */
  const pairs = [];
  if (typeof from !== "object" || from === null) return pairs;
  try {
    if (Array.isArray(from) || from instanceof Date) return pairs;
    readInto(pairs, from);
  } catch {
    warnOnce("attributes", "attributes were left out: they could not be read");
  }
  return level === undefined && mask === undefined
    ? pairs
    : allowedOf(pairs, level, mask);
}

/** @type {(pairs: Pairs, level: Level | undefined, mask: Mask | undefined) => Pairs} */
function allowedOf(pairs, level, mask) {
  const kept = [];
  for (let i = 0; i < pairs.length; i += 2) {
    const value = allowed(pairs[i], pairs[i + 1], level, mask);
    if (value !== undefined) kept.push(pairs[i], value);
  }
  return kept;
}
