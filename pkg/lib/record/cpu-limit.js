// The runtime says that a request's CPU time is nearly used up. What is to be done then is known only
// where somebody asked for it.

import { shared } from "../host/shared.js";

/** @import { Span } from "../span/span.js" */

/** @type {{ act: ((span: Span) => void) | undefined }} */
const state = shared("cpu limit", () => ({ act: undefined }));

/**
 * What is to be done: it gets the span that has just ended.
 * @param {(span: Span) => void} act
 */
export function provideCpuLimit(act) {
  state.act = act;
}

/** CPU time is nearly used up, as the end of this span has shown. */
export function cpuIsShort(/** @type {Span} */ span) {
  try {
    state.act?.(span);
  } catch {
    // Telemetry never breaks its host.
  }
}
