// Spans that were lost on their way into the core, for the report of the next flush.

import { shared } from "../host/shared.js";
import { warnOnce } from "../host/warn.js";
import { ledger } from "./ledger.js";

// Reasons that a flush does not count itself.
const REASONS = [
  "evicted",
  "queue_full",
  "span_too_large",
  "malformed",
  "trap",
];
const SHOWN_CHARACTERS = 64;

// How many of each have been reported.
const { reported } = shared("refused", () => ({ reported: {} }));

/** Adds to a report what was lost since the last one. */
export function takeRefused(report) {
  const { dropped } = ledger();
  for (const reason of REASONS) {
    const spans = (dropped[reason] ?? 0) - (reported[reason] ?? 0);
    if (spans <= 0) continue;
    reported[reason] = dropped[reason];
    report.dropped[reason] = (report.dropped[reason] ?? 0) + spans;
    report.ok = false;
  }
}

/** Says once which span was too large, if that is why the core did not take this one. */
export function noteRefused({ name }) {
  if (!(ledger().dropped.span_too_large > 0)) return;
  const shown = name.slice(0, SHOWN_CHARACTERS).replace(/\p{C}/gu, "\ufffd");
  warnOnce(
    "span_too_large",
    `the span "${shown}" was dropped: it is larger than maxExportBatchSizeBytes`,
  );
}
