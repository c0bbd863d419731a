// Converts users' values to attribute values and text, before other code sees them. Exceptions of hostile
// objects (throwing getters, proxies, toJSON) are caught here.

import { warnOnce } from "../host/warn.js";
import { mayHoldSurroundings, shown } from "./surroundings.js";

/** @typedef {import("../../index.js").AttributeValue} AttributeValue */

/**
 * Returns a copy of a value that OpenTelemetry takes as an attribute; undefined for anything else.
 * @param {unknown} value
 * @returns {AttributeValue | undefined}
 */
export function toAttribute(value) {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "number":
      return value;
    case "bigint":
      return BigInt.asIntN(64, value) === value ? value : String(value);
    case "object":
      try {
        if (Array.isArray(value)) return toArray(value);
        // `slice` would not copy: a Buffer's shares its memory.
        if (value instanceof Uint8Array) return new Uint8Array(value);
      } catch {
        // The warning below says that it is left out.
      }
  }
  if (value !== undefined && value !== null) {
    warnOnce(
      "attribute",
      "an attribute was left out: values are strings, numbers, booleans, bytes or arrays of one of these",
    );
  }
  return undefined;
}

/**
 * @param {any[]} value
 * @returns {AttributeValue | undefined}
 */
function toArray(value) {
  const copy = Array.from(value);
  let type;
  for (const element of copy) {
    if (element === null || element === undefined) continue;
    const found = typeof element;
    if (found !== "string" && found !== "number" && found !== "boolean")
      return undefined;
    type ??= found;
    if (type !== found) return undefined;
  }
  return copy;
}

/**
 * Returns what `instanceof` does, for values that may throw even then, as a revoked proxy does.
 * @template T
 * @param {unknown} value
 * @param {new (...args: any) => T} constructor
 * @returns {value is T}
 */
export function isA(value, constructor) {
  try {
    return value instanceof constructor;
  } catch {
    return false;
  }
}

/**
 * Returns the text that is recorded for an input or output: a string unchanged, everything else as JSON.
 * @param {unknown} value
 */
export function toText(value) {
  return typeof value === "string" ? value : toJson(value);
}

/**
 * Returns the JSON of any value; undefined if it has none.
 * @param {unknown} value
 * @returns {string | undefined}
 */
export function toJson(value) {
  // A function has none, but JSON.stringify would call its toJSON: a stub of a remote object has any method.
  if (typeof value === "function") return undefined;
  let json;
  try {
    json = JSON.stringify(value instanceof Map ? [...value] : value);
  } catch {
    return toJsonCarefully(value);
  }
  // JSON writes Maps as {}, and shows the secrets of a platform's objects. Both are looked for afterwards,
  // because looking first would cost time for every other value.
  return json !== undefined && mayHoldSurroundings(json)
    ? toJsonCarefully(value)
    : json;
}

/** @param {unknown} value */
function toJsonCarefully(value) {
  // The path of values being written, outermost first, and what is written for each, such as a Map's entries
  // for a Map.
  /** @type {unknown[]} */
  const path = [];
  /** @type {unknown[]} */
  const written = [];
  try {
    return JSON.stringify(value, function (key, item) {
      if (typeof item === "bigint") return item.toString();
      if (typeof item !== "object" || item === null) return item;
      // `this` holds `item`, so everything after it on the path has been written.
      while (path.length > 0 && written[path.length - 1] !== this) path.pop();
      if (path.includes(item)) return "[Circular reference]";
      path.push(item);
      return (written[path.length - 1] =
        item instanceof Map ? [...item] : (shown(item) ?? item));
    });
  } catch (error) {
    warnOnce(
      "json",
      `a value could not be written as JSON and was left out: ${messageOf(error)}`,
    );
    return undefined;
  }
}

/**
 * Returns a metadata value: primitives and plain arrays unchanged, the rest as JSON.
 * @param {unknown} value
 */
export function toMetadata(value) {
  if (value === undefined) return undefined;
  if (typeof value === "object" && !isFlatArray(value)) return toJson(value);
  return toAttribute(value);
}

/** @param {unknown} value */
function isFlatArray(value) {
  try {
    return Array.isArray(value) && toArray(value) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Converts anything to a string; never throws.
 * @param {unknown} value
 */
export function toName(value) {
  try {
    return String(value);
  } catch {
    return "";
  }
}

/** @param {any} error */
export function messageOf(error) {
  try {
    return String(error?.message ?? error);
  } catch {
    return "unknown";
  }
}
