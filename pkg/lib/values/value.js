// User values become attribute values and text here, before anything else sees them. What a
// hostile object does (throwing getters, proxies, toJSON) ends here too.

import { warnOnce } from "../host/warn.js";
import { mayHoldSurroundings, shown } from "./surroundings.js";

/** @typedef {import("../../index.js").AttributeValue} AttributeValue */

/**
 * An attribute value OpenTelemetry can carry, copied; undefined for anything else.
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
        // Not slice: a Buffer's shares its memory.
        if (value instanceof Uint8Array) return new Uint8Array(value);
      } catch {
        // Falls through to the warning.
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
 * `instanceof` for values that may throw even then, as a revoked proxy does.
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
 * What input and output are recorded as: a string as it is, everything else as JSON.
 * @param {unknown} value
 */
export function toText(value) {
  return typeof value === "string" ? value : toJson(value);
}

/**
 * JSON of any value; undefined if there is none.
 * @param {unknown} value
 * @returns {string | undefined}
 */
export function toJson(value) {
  let json;
  try {
    json = JSON.stringify(value instanceof Map ? [...value] : value);
  } catch {
    return toJsonCarefully(value);
  }
  // Maps inside were written as {}, and what a platform gave may be there with its secrets; looking for
  // either beforehand would cost every other value.
  return json !== undefined && mayHoldSurroundings(json)
    ? toJsonCarefully(value)
    : json;
}

/** @param {unknown} value */
function toJsonCarefully(value) {
  // What is being written, outermost first, and what stands for each: a Map's entries for a Map.
  /** @type {unknown[]} */
  const path = [];
  /** @type {unknown[]} */
  const written = [];
  try {
    return JSON.stringify(value, function (key, item) {
      if (typeof item === "bigint") return item.toString();
      if (typeof item !== "object" || item === null) return item;
      // `this` is what holds `item`: whatever lies behind it on the path has been left.
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
 * Metadata values: primitives and plain arrays as they are, the rest as JSON.
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
 * A string, whatever it takes; never throws.
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
