// The items of a store that the ledger of this isolate counts as spilled.

import { shared } from "../host/shared.js";
import { sameBytes } from "./item.js";
import { randomWord } from "../values/ids.js";

// Above this the oldest are forgotten, and their spans stay `spilled`, as if another isolate drained them.
const MAX_ITEMS = 16_384;

const state = shared("spilled", () => ({
  isolate: /** @type {Uint8Array | undefined} */ (undefined),
  last: 0,
  counted: /** @type {Map<number, number>} */ (new Map()),
}));
const { counted } = state;

/** Returns eight random bytes that tell this isolate's items from others'. */
export function isolateId() {
  if (state.isolate === undefined) {
    const words = new Uint32Array([randomWord(), randomWord()]);
    state.isolate = new Uint8Array(words.buffer);
  }
  return state.isolate;
}

export function nextNumber() {
  state.last = (state.last + 1) >>> 0;
  return state.last;
}

/**
 * Counts these spans as spilled.
 *
 * @param {number} number
 * @param {number} spans
 */
export function noteStored(number, spans) {
  counted.set(number, spans);
  if (counted.size > MAX_ITEMS)
    counted.delete(/** @type {number} */ (counted.keys().next().value));
}

/**
 * Returns whether the spans of this item were counted, and counts them no longer, because the item is being
 * sent.
 *
 * @param {import("./item.js").Item} item
 * @returns {boolean}
 */
export function takeOwn({ isolate, number, spans }) {
  return (
    sameBytes(isolate, isolateId()) &&
    counted.get(number) === spans &&
    counted.delete(number)
  );
}
