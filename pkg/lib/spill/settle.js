// What the core decides about an item.

import { callCore, callCoreWithRetry } from "../core/instance.js";
import { registerDestination } from "../options/destination.js";

// No destination has this number.
const NOBODY = 0xffffffff;

/** @typedef {import("./drain.js").Part} Part */
/** @typedef {import("./post.js").Answer} Answer */
/** @typedef {[number, Uint8Array, number, Uint8Array]} Halves */

/**
 * Says that an item goes to the network now. Returns false if it must not.
 *
 * @param {Part} part
 */
export function handOver(part) {
  const item = asCoreItem(part, 0);
  return callCore((exports, instance, glue) => glue.drain_hand_over(item));
}

/**
 * Settles an answer after so many failures in a row. Throws if the core is gone.
 *
 * @param {Part} part
 * @param {Answer} answer
 * @param {number} failures
 */
export function settle(part, { response, body, connected, message }, failures) {
  const item = asCoreItem(part, failures);
  const settled = callCoreWithRetry((exports, instance, glue) =>
    message === undefined
      ? glue.drain_answered(item, response, body)
      : glue.drain_failed(item, /** @type {boolean} */ (connected), message),
  );
  if (settled === undefined) throw new Error("the wasm instance ended");
  return settled;
}

/**
 * Returns `[spans, body, spans, body]`, the older ones first; undefined if the body cannot be divided.
 *
 * @param {Uint8Array} body
 * @param {number} spans
 * @returns {Halves | undefined}
 */
export function halve(body, spans) {
  const halves = callCoreWithRetry((exports, instance, glue) =>
    glue.halve_body(body, spans),
  );
  return halves?.length ? /** @type {Halves} */ (halves) : undefined;
}

/**
 * Returns what the core needs to know of an item.
 *
 * @param {Part} part
 * @param {number} failures
 */
function asCoreItem({ destination, spans, ambiguous, own }, failures) {
  const id = callCoreWithRetry(
    (_, instance) => registerDestination(destination, instance),
    NOBODY,
  );
  return { destination: id, spans, ambiguous, own, failures };
}
