// Reports spans that were lost on their way into the core, in the next flush.

import { shared } from "../host/shared.js";
import { warnOnce } from "../host/warn.js";
import { callCore } from "../core/instance.js";
import { ledger } from "./ledger.js";
import { shownText } from "./redact.js";
import { waitingCounts } from "./waiting.js";

/** @import { Dropped, DropReason, FlushReport } from "../../index.js" */
/** @import { Span } from "../span/span.js" */

// Reasons that the core's flush does not report.
/** @type {DropReason[]} */
const REASONS = [
  "evicted",
  "queue_full",
  "span_too_large",
  "malformed",
  "trap",
];
const SHOWN_CHARACTERS = 64;

// How many spans have been reported for each reason, and how many were lost in all by then.
/** @type {{ reported: Dropped, lost: number }} */
const state = shared("refused", () => ({ reported: {}, lost: 0 }));

/**
 * Adds the spans that were lost since the last report.
 * @param {Pick<FlushReport, "ok" | "dropped">} report
 */
export function takeRefused(report) {
  const lost = lostSpans();
  if (lost === state.lost) return;
  state.lost = lost;
  const { dropped } = ledger();
  for (const reason of REASONS) {
    const spans = (dropped[reason] ?? 0) - (state.reported[reason] ?? 0);
    if (spans <= 0) continue;
    state.reported[reason] = dropped[reason];
    report.dropped[reason] = (report.dropped[reason] ?? 0) + spans;
    report.ok = false;
  }
}

/** Returns a number that changes with every span that is lost. It is cheaper than the ledger. */
function lostSpans() {
  const { refused } = waitingCounts();
  let lost = callCore((exports) => exports.losses(), NaN);
  for (const reason in refused) lost += /** @type {any} */ (refused)[reason];
  return lost;
}

/**
 * Warns once of a span that is too large, if that is why the core refused this one.
 * @param {Pick<Span, "name" | "destination">} span
 */
export function noteRefused({ name, destination }) {
  if (!(/** @type {number} */ (ledger().dropped.span_too_large) > 0)) return;
  const shown = shownText(name, destination)
    .slice(0, SHOWN_CHARACTERS)
    .replace(/\p{C}/gu, "\ufffd");
  warnOnce(
    "span_too_large",
    `the span "${shown}" was dropped: it is larger than maxExportBatchSizeBytes`,
  );
}
