// What flush() and drainSpill() resolve to, and the words in it.

import { pendingSpans } from "../record/ledger.js";

const MESSAGES = {
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
    open: 0,
    dropped: {},
    attempts: 0,
    bytes: 0,
    error: undefined,
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

/** Of a drain by a program that has no means for it. */
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

/** The word for what an HTTP status means to the spans. */
export function codeOf(status) {
  if (status >= 200 && status <= 299) return "partial_success";
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 413) return "payload_too_large";
  if (status === 429 || (status >= 502 && status <= 504)) return "unavailable";
  if (status === 408 || (status >= 500 && status <= 599)) return "server_error";
  return "refused";
}
