// The reports of flush() and drainSpill() that the core does not make.

import { callCore, ledger } from "../core/instance.js";

/** @import { DrainReport, FlushError, FlushReport } from "../../index.js" */
/** @import { EndCode } from "../core/instance.js" */
/** @typedef {Omit<FlushReport, "open"> & { open?: number }} Report How many are open is added last. */
/** @typedef {Pick<Report, "exported" | "rejected" | "dropped"> & { spilled?: number }} Counts */

const INTERRUPTED =
  "the wasm instance ended while this flush was under way; its spans stay for the next flush";
// For each reason that ends a flush: the public error code and its message.
/** @type {Record<Exclude<EndCode, "over"> | "unavailable", [FlushError["code"], string]>} */
const FAILURES = {
  trap: ["unavailable", INTERRUPTED],
  replaced: ["unavailable", INTERRUPTED],
  stuck: [
    "timeout",
    "the flush did not end within its budget; its spans stay for the next flush",
  ],
  shutdown: [
    "shutdown",
    "the SDK was shut down while this flush was under way",
  ],
  unavailable: ["unavailable", "the wasm module is not available"],
};

/** @returns {Report} */
export function emptyReport() {
  return {
    ok: false,
    exported: 0,
    rejected: 0,
    pending: 0,
    spilled: 0,
    handed: 0,
    dropped: {},
    redacted: {},
    attempts: 0,
    bytes: 0,
  };
}

/** @returns {DrainReport} */
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

/**
 * Returns the report of a drain by a program that has not imported the spill engine.
 * @returns {DrainReport}
 */
export function undrained() {
  const message = 'drainSpill needs import "laminar-edge/spill"';
  return { ...emptyDrainReport(), error: { code: "spill", message } };
}

/**
 * Returns the report of a flush that the core could not end.
 * @param {keyof typeof FAILURES | "over"} end
 */
export function failure(end) {
  const report = emptyReport();
  // The shutdown has waited for all spans.
  if (end === "over") return { ...report, ok: true };
  const [code, message] = FAILURES[end];
  report.pending = pendingSpans();
  report.error = { code, message };
  return report;
}

/**
 * Adds the counts of one report to another.
 * @type {(report: Omit<Report, "pending">, more: Counts) => void}
 */
export function addTo(report, { exported, rejected, spilled = 0, dropped }) {
  report.exported += exported;
  report.rejected += rejected;
  report.spilled += spilled;
  addCounts(report.dropped, dropped);
}

/**
 * Adds counts by name to others.
 * @type {(counts: Record<string, any>, more: Record<string, any>) => void}
 */
export function addCounts(counts, more) {
  for (const name in more) counts[name] = (counts[name] ?? 0) + more[name];
}

/**
 * Returns whether nothing is left and nothing was lost.
 * @type {(report: Pick<Report, "pending" | "rejected" | "dropped">) => boolean}
 */
export const isOk = ({ pending, rejected, dropped }) =>
  pending + rejected === 0 && Object.keys(dropped).length === 0;

function pendingSpans() {
  const stats = callCore(ledger);
  return stats === undefined ? 0 : stats.buffered + stats.inFlight;
}
