// Names of items. They sort in the order in which the items were made, as far as clocks agree.

import { hex, randomWord } from "../values/ids.js";

/** @typedef {Parameters<NonNullable<import("../../index.js").SpillSink["drain"]>>[0]} Send */

export const PREFIX = "laminar-spill/";

/** How long a claim lasts: longer than any budget (25 s), with a margin for clocks that differ. */
export const CLAIM_MS = 40_000;
// Clocks that differ by minutes are common.
const MOST_CLAIMS = 10;

export function newName() {
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time}-${hex(randomWord())}${hex(randomWord())}`;
}

/**
 * Returns whether a claim that ends at this time is in force. A claim that lasts much longer than claims do was
 * made by a clock that was wrong, and would keep its item for ever.
 *
 * @param {number} until
 * @param {number} claimMillis
 */
export function isClaimed(until, claimMillis) {
  const leftMs = until - Date.now();
  return leftMs > 0 && leftMs <= MOST_CLAIMS * claimMillis;
}
