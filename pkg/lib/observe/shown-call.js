// The span of an event knows no input and output of its own. Laminar lists traces by their root, so it
// shows those of the first call that is observed directly below it.

import { shared } from "../host/shared.js";

/** @typedef {import("../span/span.js").Span} Span */

// By the place of an event's span in its trace: the call, once there is one.
/** @type {WeakMap<object, Span | undefined>} */
const calls = shared("calls", () => new WeakMap());

/** From here on the first call below this span is noted. @param {Span} span */
export function showFirstCall({ path }) {
  calls.set(path, undefined);
}

/** Takes note of a call that begins. @param {Span} span */
export function noteCall(span) {
  const { outer } = span.path;
  if (outer !== undefined && calls.has(outer) && !calls.get(outer))
    calls.set(outer, span);
}

/**
 * Ends the span of an event, and shows what its call has recorded by now, which mask and level have
 * passed. What the program set itself stays.
 * @param {Span} span
 */
export function endShowing(span) {
  const call = calls.get(span.path);
  if (call !== undefined && span.recording && span.level === undefined) {
    span.input ??= call.input;
    span.output ??= call.output;
  }
  span.end();
}
