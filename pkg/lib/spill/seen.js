// What this isolate knows of items that it took out of stores. A store may give an item again: because deleting it
// failed, because its lists and caches are old, or because two drains run at once.

import { shared } from "../host/shared.js";
import { hex } from "../values/ids.js";
import { isClaimed } from "./claim.js";

// Above this the oldest are forgotten.
const MAX_ITEMS = 4_096;
/** Longer than any drain takes. */
const DRAIN_MS = 30_000;

/** By the hash of an item: until when a drain is busy with it. For settled items it is Infinity. */
const state = shared("drained", () => ({
  until: /** @type {Map<string, number>} */ (new Map()),
}));
const { until } = state;

/**
 * Returns a promise of the name by which an item is known.
 *
 * @param {Uint8Array} bytes
 */
export async function hashOf(bytes) {
  const copy = /** @type {Uint8Array<ArrayBuffer>} */ (bytes);
  const hash = new DataView(await crypto.subtle.digest("SHA-256", copy));
  return hex(hash.getUint32(0)) + hex(hash.getUint32(4));
}

/**
 * Takes an item for a drain. Returns `settled` or `busy` if it is not to be sent, and `abandoned` if a drain died
 * with it, so that its send may have arrived.
 *
 * @param {string} hash
 * @returns {"settled" | "busy" | "abandoned" | "free"}
 */
export function takeItem(hash) {
  const known = until.get(hash);
  if (known === Infinity) return "settled";
  if (known !== undefined && isClaimed(known, DRAIN_MS)) return "busy";
  note(hash, Date.now() + DRAIN_MS);
  return known === undefined ? "free" : "abandoned";
}

/**
 * Notes how a drain left an item.
 *
 * @param {string} hash
 * @param {boolean} isSettled
 */
export function leaveItem(hash, isSettled) {
  if (isSettled) note(hash, Infinity);
  else until.delete(hash);
}

/**
 * @param {string} hash
 * @param {number} time
 */
function note(hash, time) {
  // The newest last.
  until.delete(hash);
  until.set(hash, time);
  if (until.size > MAX_ITEMS)
    until.delete(/** @type {string} */ (until.keys().next().value));
}
