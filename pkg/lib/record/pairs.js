// Attributes as they wait to be packed: one list, keys and values in turn. Unlike an object it has no
// shape to find for each new key, and `__proto__` is a key like any other.

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
 * Where `key` stands, -1 if it does not.
 * @type {(pairs: Pairs, key: string, from?: number) => number}
 */
export function find(pairs, key, from = 0) {
  for (let i = from; i < pairs.length; i += 2) if (pairs[i] === key) return i;
  return -1;
}

/**
 * Adds the attributes of an object, those that OpenTelemetry can carry. Throws if it cannot be read:
 * what was read before stays. Its keys are its own, so none of them comes twice.
 * @type {(pairs: Pairs, object: any) => void}
 */
export function readInto(pairs, object) {
  if (isPlain(object)) {
    // The engine knows where the value of a key lies that it has just named.
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

/** Without keys from elsewhere. */
function isPlain(/** @type {unknown} */ object) {
  if (typeof object !== "object" || object === null) return false;
  const prototype = Object.getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null;
}

/**
 * What may be said of a value: undefined for content where only the rest is, or what the mask makes.
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
 * For those who want to look things up.
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
