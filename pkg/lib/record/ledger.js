// Where every span of the isolate is: what the core says, and what never came that far.

import { finalStats, insist } from "../core/instance.js";
import { figuresOf, statsOf } from "../core/stats.js";
import { openSpans } from "./open.js";
import { waitingCounts } from "./waiting.js";

export function ledger() {
  const figures = insist(figuresOf);
  const stats =
    figures === undefined ? (finalStats() ?? statsOf()) : statsOf(figures);
  const { held, refused } = waitingCounts();
  stats.recorded += held;
  stats.buffered += held;
  for (const [reason, spans] of Object.entries(refused)) {
    stats.recorded += spans;
    stats.dropped[reason] = (stats.dropped[reason] ?? 0) + spans;
  }
  stats.open = openSpans();
  return stats;
}

/** Spans that have ended and wait. */
export function pendingSpans() {
  const { buffered, inFlight } = ledger();
  return buffered + inFlight;
}
