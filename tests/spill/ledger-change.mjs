// What a test changes in the ledger, which counts for the whole process.

import { beforeEach } from "node:test";
import { Laminar } from "laminar-edge";
import { assertBalanced, difference } from "../package/support/ledger.mjs";

/** Starts each test of a file after a shutdown. Returns a function that returns what changed since. */
export function ledgerChange() {
  let before;
  beforeEach(async () => {
    // Removes spans that the test before left in memory.
    await Laminar.shutdown();
    before = Laminar.stats();
  });
  return () => {
    const stats = Laminar.stats();
    assertBalanced(stats);
    return difference(before, stats);
  };
}
