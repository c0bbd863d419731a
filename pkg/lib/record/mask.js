// The user's mask, between a value and its encoding.

import { toAttribute } from "../values/value.js";
import { warnOnce } from "../host/warn.js";

/** What `mask` makes of a value; undefined, never the raw value, if it throws. */
export function applyMask(mask, key, value) {
  try {
    return toAttribute(mask(key, value));
  } catch {
    warnOnce("mask", "mask threw; the value was left out");
    return undefined;
  }
}
