// Spans that end before the module or the clock is there.

import { shared } from "../host/shared.js";
import { warnOnce } from "../host/warn.js";

const MAX_WAITING = 1024;

const state = shared("waiting", () => ({ spans: [], refused: 0 }));
const waiting = state.spans;

export function wait(span) {
  if (waiting.length < MAX_WAITING) {
    waiting.push(span);
  } else {
    refuse();
    warnOnce(
      "waiting",
      "spans were dropped: too many ended before the SDK could start",
    );
  }
}

/** Counts a span that there is nobody to take. */
export function refuse() {
  state.refused++;
}

export function isAnyoneWaiting() {
  return waiting.length > 0;
}

/** All of them; they wait no longer. */
export function takeWaiting() {
  return waiting.splice(0);
}

/** Spans that wait, and those that found no place among them. */
export function waitingCounts() {
  return { held: waiting.length, refused: state.refused };
}
