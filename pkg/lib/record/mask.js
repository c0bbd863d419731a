// Applies the user's mask to a value before it is encoded.

import { toAttribute } from "../values/value.js";
import { warnOnce } from "../host/warn.js";

/** @import { AttributeValue } from "../../index.js" */
/** @typedef {(key: string, value: AttributeValue) => unknown} Mask */

/**
 * Returns what `mask` returns for a value; undefined, never the raw value, if it throws.
 * @type {(mask: Mask, key: string, value: AttributeValue) => AttributeValue | undefined}
 */
export function applyMask(mask, key, value) {
  try {
    return toAttribute(mask(key, value));
  } catch {
    warnOnce("mask", "mask threw; the value was left out");
    return undefined;
  }
}
