// What flush() and drainSpill() resolve to where the core does not say it.

import { attempt, ledger } from "../core/instance.js";

const MESSAGES = {
  trap: "the wasm instance ended while this flush was under way; its spans stay for the next flush",
  stuck:
    "the flush did not end within its budget; its spans stay for the next flush",
  shutdown: "the SDK was shut down while this flush was under way",
  unavailable: "the wasm module is not available",
};

export function emptyReport() {
  return {
    ok: false,
    exported: 0,
    rejected: 0,
    pending: 0,
    spilled: 0,
    dropped: {},
    attempts: 0,
    bytes: 0,
  };
}

export function emptyDrainReport() {
  return {
    ok: false,
    items: 0,
    delivered: 0,
    rejected: 0,
    dropped: {},
    kept: 0,
    unreadable: 0,
    unmatched: 0,
    attempts: 0,
    bytes: 0,
  };
}

/** Returns the report of a drain by a program that has no means for it. */
export function undrained() {
  const message = 'drainSpill needs import "laminar-edge/spill"';
  return { ...emptyDrainReport(), error: { code: "spill", message } };
}

export function failure(code) {
  const report = emptyReport();
  report.pending = pendingSpans();
  report.error = { code, message: MESSAGES[code] ?? code };
  return report;
}

/** Adds the counts of one report to another. */
export function addTo(report, { exported, rejected, spilled = 0, dropped }) {
  report.exported += exported;
  report.rejected += rejected;
  report.spilled += spilled;
  for (const [reason, spans] of Object.entries(dropped))
    report.dropped[reason] = (report.dropped[reason] ?? 0) + spans;
}

/** Returns whether nothing is left and nothing was lost. */
export const isOk = ({ pending, rejected, dropped }) =>
  pending + rejected === 0 && Object.keys(dropped).length === 0;

function pendingSpans() {
  const stats = attempt(ledger);
  return stats === undefined ? 0 : stats.buffered + stats.inFlight;
}
