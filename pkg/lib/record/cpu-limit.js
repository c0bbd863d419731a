// The runtime reports that a request's CPU time is nearly used up. `instrument` sets what to do then.

import { shared } from "../host/shared.js";

/** @import { Span } from "../span/span.js" */

/** @type {{ act: ((span: Span) => void) | undefined }} */
const state = shared("cpu limit", () => ({ act: undefined }));

/**
 * Sets what to do. The function gets the span that has just ended.
 * @param {(span: Span) => void} act
 */
export function provideCpuLimit(act) {
  state.act = act;
}

/** Called when the end of this span has shown that CPU time is nearly used up. */
export function cpuIsShort(/** @type {Span} */ span) {
  try {
    state.act?.(span);
  } catch {
    // Telemetry never breaks its host.
  }
}
