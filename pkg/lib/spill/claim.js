// How long an item belongs to the drain that took it.

/** How long a claim lasts: longer than any budget (25 s), with a margin for clocks that differ. */
export const CLAIM_MS = 40_000;
// Clocks that differ by minutes are common.
const MOST_CLAIMS = 10;

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
