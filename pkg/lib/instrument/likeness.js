// A function that replaces another.

/** @typedef {(this: any, ...args: any[]) => any} Callable */

/** @type {Set<string | symbol>} */
const OWN_AFFAIR = new Set(["arguments", "caller", "prototype"]);

/**
 * Copies to `replacement` the properties by which it could be told from `original`.
 * @param {Callable} original
 * @param {Callable} replacement
 */
export function likeness(original, replacement) {
  Object.setPrototypeOf(replacement, Object.getPrototypeOf(original));
  for (const key of Reflect.ownKeys(original)) {
    if (OWN_AFFAIR.has(key)) continue;
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    Object.defineProperty(replacement, key, /** @type {object} */ (descriptor));
  }
  return replacement;
}
