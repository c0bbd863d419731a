// Characters that some receivers refuse: lone surrogates, of which UTF-16 needs two for a character, and
// U+0000.

const encoder = new TextEncoder();

/** @param {number} unit */
export function isHigh(unit) {
  return unit >= 0xd800 && unit < 0xdc00;
}

/** @param {number} unit */
export function isLow(unit) {
  return unit >= 0xdc00 && unit < 0xe000;
}

/**
 * Returns the same string with U+FFFD for each lone surrogate.
 * @param {string & { toWellFormed?(): string }} string
 */
export function wellFormed(string) {
  return (
    string.toWellFormed?.() ?? new TextDecoder().decode(encoder.encode(string))
  );
}

/**
 * Returns the same value with U+FFFD for each U+0000, if it is text.
 * @template T
 * @param {T} value
 * @returns {T | string}
 */
export function withoutNul(value) {
  return typeof value === "string" ? value.replaceAll("\0", "\ufffd") : value;
}
