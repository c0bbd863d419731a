// withTracingLevel: runs a callback with a stricter tracing level.

import { runWithLevel } from "../context/context.js";
import { has, shadow, thenOfPlain } from "../streams/property.js";
import { stricter } from "../values/level.js";

/** @typedef {import("../../index.js").TracingLevel} Level */

/** @type {typeof import("../../index.js").withTracingLevel} */
export function withTracingLevel(level, action, ...args) {
  const result = runWithLevel(level, () => action(...args));
  // ALL, and what is no level, change nothing.
  if (stricter(undefined, level) === undefined) return result;
  const later = thenOfPlain(
    result,
    (value) => readWithLevel(level, value),
    (error) => {
      throw error;
    },
  );
  return /** @type {any} */ (later ?? readWithLevel(level, result));
}

/**
 * Lets the level hold in what an iterator or an async iterable runs when it is read: a generator's body has not
 * begun when it is returned.
 * @param {Level} level
 * @param {any} value
 */
function readWithLevel(level, value) {
  try {
    if (typeof value !== "object" || value === null) return value;
    const isIterator = has(value, "next");
    const keys = isIterator
      ? ["next", "return", "throw"]
      : [Symbol.asyncIterator];
    for (const key of keys)
      shadow(value, key, (original, self, args) => {
        const call = () => Reflect.apply(original, self, args);
        const result = runWithLevel(level, call);
        return isIterator ? result : readWithLevel(level, result);
      });
  } catch {
    // The object takes no properties, or cannot be looked at.
  }
  return value;
}
