// A function that stands in for another.

const OWN_AFFAIR = new Set(["arguments", "caller", "prototype"]);

/** Gives `replacement` everything by which one could tell it from `original`. */
export function likeness(original, replacement) {
  Object.setPrototypeOf(replacement, Object.getPrototypeOf(original));
  for (const key of Reflect.ownKeys(original)) {
    if (OWN_AFFAIR.has(key)) continue;
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    Object.defineProperty(replacement, key, descriptor);
  }
  return replacement;
}
