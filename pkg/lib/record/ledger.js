// The ledger of every span of the isolate: the core's counts, and those of spans that never reached it.

import {
  finalLedger,
  callCoreWithRetry,
  ledger as ledgerOfCore,
} from "../core/instance.js";
import { openSpans } from "./open.js";
import { waitingCounts } from "./waiting.js";

/** @import { DropReason, Stats } from "../../index.js" */

/**
 * Returns what `Laminar.stats()` gives.
 * @returns {Stats}
 */
export function ledger() {
  const stats = /** @type {Stats} */ (
    callCoreWithRetry(ledgerOfCore) ?? finalLedger() ?? emptyLedger()
  );
  const { held, refused } = waitingCounts();
  stats.recorded += held;
  stats.buffered += held;
  for (const [reason, spans] of /** @type {[DropReason, number][]} */ (
    Object.entries(refused)
  )) {
    stats.recorded += spans;
    stats.dropped[reason] = (stats.dropped[reason] ?? 0) + spans;
  }
  stats.open = openSpans();
  return stats;
}

/** Returns the ledger of a program whose core never came up. */
function emptyLedger() {
  return {
    recorded: 0,
    buffered: 0,
    inFlight: 0,
    spilled: 0,
    handed: 0,
    exported: 0,
    rejected: 0,
    dropped: {},
    redelivered: 0,
    unconfirmed: 0,
    redacted: {},
  };
}
