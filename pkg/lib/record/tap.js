// Where ended spans go instead, while a user's tests look at them.

import { shared } from "../host/shared.js";

const state = shared("tap", () => ({ tap: undefined }));

export function setTap(taker) {
  state.tap = taker;
}

/** True if a test took the span. */
export function tapped(span) {
  if (state.tap === undefined) return false;
  state.tap(span);
  return true;
}
