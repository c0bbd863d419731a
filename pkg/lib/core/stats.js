// The ledger as a user sees it.

import { REASONS } from "./reasons.js";
import { answers } from "./staging.js";

/** What the core says of itself, for statsOf. */
export function figuresOf(exports, instance) {
  return answers(instance, exports.stats());
}

/** From what the core gives; zeros without it. */
export function statsOf(figures = []) {
  const [
    recorded = 0,
    buffered = 0,
    inFlight = 0,
    spilled = 0,
    exported = 0,
    rejected = 0,
    redelivered = 0,
    unconfirmed = 0,
    ...losses
  ] = figures;
  const dropped = {};
  losses.forEach((spans, reason) => {
    if (spans > 0) dropped[REASONS[reason]] = spans;
  });
  return {
    recorded,
    buffered,
    inFlight,
    spilled,
    exported,
    rejected,
    dropped,
    redelivered,
    unconfirmed,
  };
}
