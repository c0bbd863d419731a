// Which items of a store the ledger of this isolate counts as spilled.

import { sameBytes } from "./item.js";
import { randomWord } from "../values/ids.js";

// Beyond it the oldest are forgotten: their spans stay `spilled`, as if another isolate drained them.
const MAX_ITEMS = 16_384;

let isolate;
let last = 0;
const counted = new Map();

/** Eight random bytes that tell this isolate's items from others'. */
export function isolateId() {
  if (isolate === undefined) {
    const words = new Uint32Array([randomWord(), randomWord()]);
    isolate = new Uint8Array(words.buffer);
  }
  return isolate;
}

export function nextNumber() {
  last = (last + 1) >>> 0;
  return last;
}

/** From now on these spans are counted as spilled. */
export function noteStored(number, spans) {
  counted.set(number, spans);
  if (counted.size > MAX_ITEMS) counted.delete(counted.keys().next().value);
}

/** Whether the spans of this item are counted, which they are not any more: it is being sent. */
export function takeOwn({ isolate, number, spans }) {
  return (
    sameBytes(isolate, isolateId()) &&
    counted.get(number) === spans &&
    counted.delete(number)
  );
}
