// Spans that end before the module or the clock is there.

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
 * Counts spans that there is nobody to take.
 * @type {(reason: DropReason, spans?: number) => void}
 */
export function refuse(reason, spans = 1) {
  refused[reason] = (refused[reason] ?? 0) + spans;
}

/**
 * Lets those go that wait: how many.
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

/** All of them; they wait no longer. */
export function takeWaiting() {
  return waiting.splice(0);
}

/** Spans that wait, and those that were lost here, by reason. */
export function waitingCounts() {
  return { held: waiting.length, refused };
}
