// Shows an input and output on the span of an event. Laminar lists traces by their root, and an event has none
// of its own, so its span shows those of the first observed call directly below it.

import { shared } from "../host/shared.js";

/** @typedef {import("../span/span.js").Span} Span */

// The first call, by the path entry of the event's span.
/** @type {WeakMap<object, Span | undefined>} */
const calls = shared("calls", () => new WeakMap());

/** Notes the first call below this span from now on. @param {Span} span */
export function showFirstCall({ path }) {
  calls.set(path, undefined);
}

/** Notes a call that begins. @param {Span} span */
export function noteCall(span) {
  const { outer } = span.path;
  if (outer !== undefined && calls.has(outer) && !calls.get(outer))
    calls.set(outer, span);
}

/**
 * Ends the span of an event with the input and output that its call has recorded by now, which mask and level
 * have been applied to. Values that the program set itself stay.
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
