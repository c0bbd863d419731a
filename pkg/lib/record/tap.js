// Takes ended spans for a user's tests, in place of recording them.

import { shared } from "../host/shared.js";

/** @import { Span } from "../span/span.js" */

/** @type {{ tap: ((span: Span) => void) | undefined }} */
const state = shared("tap", () => ({ tap: undefined }));

/** @param {((span: Span) => void) | undefined} taker */
export function setTap(taker) {
  state.tap = taker;
}

/** Returns whether a test took the span. */
export function tapped(/** @type {Span} */ span) {
  if (state.tap === undefined) return false;
  state.tap(span);
  return true;
}
