// Spans that ended before the module had loaded or the clock had started.

import { shared } from "../host/shared.js";
import { warnOnce } from "../host/warn.js";

const MAX_WAITING = 1024;

/** @import { Dropped, DropReason } from "../../index.js" */
/** @import { Span } from "../span/span.js" */

/** @type {{ spans: Span[], refused: Dropped }} */
const state = shared("waiting", () => ({ spans: [], refused: {} }));
const { spans: waiting, refused } = state;

export function wait(/** @type {Span} */ span) {
  if (waiting.length < MAX_WAITING) {
    waiting.push(span);
  } else {
    refuse("queue_full");
    warnOnce(
      "waiting",
      "spans were dropped: too many ended before the SDK could start",
    );
  }
}

/**
 * Counts spans that nothing can record.
 * @type {(reason: DropReason, spans?: number) => void}
 */
export function refuse(reason, spans = 1) {
  refused[reason] = (refused[reason] ?? 0) + spans;
}

/**
 * Drops the waiting spans, and returns how many there were.
 * @param {DropReason} reason
 */
export function dropWaiting(reason) {
  const spans = takeWaiting().length;
  if (spans > 0) refuse(reason, spans);
  return spans;
}

export function isAnyoneWaiting() {
  return waiting.length > 0;
}

/** Removes all waiting spans, and returns them. */
export function takeWaiting() {
  return waiting.splice(0);
}

/** Returns how many spans wait, and how many were lost here, by reason. */
export function waitingCounts() {
  return { held: waiting.length, refused };
}
