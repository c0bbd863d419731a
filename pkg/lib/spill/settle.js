// What the core decides about an item.

import { DOUBTFUL, NOT_SENT, OWN } from "../../wasm/constants.js";
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
  const id = idOf(part.destination);
  return callCore((exports, instance, glue) =>
    glue.drain_hand_over(id, part.spans, flagsOf(part)),
  );
}

/**
 * Settles an answer after so many failures in a row. Throws if the core is gone.
 *
 * @param {Part} part
 * @param {Answer} answer
 * @param {number} failures
 */
export function settle(part, { answer, body, isSent = true }, failures) {
  const id = idOf(part.destination);
  const flags = flagsOf(part) | (isSent ? 0 : NOT_SENT);
  const settled = callCoreWithRetry((exports, instance, glue) =>
    glue.drain_answered(id, part.spans, flags, failures, answer, body),
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

/** @param {Part} part */
const flagsOf = ({ own, ambiguous }) =>
  (own ? OWN : 0) | (ambiguous > 0 ? DOUBTFUL : 0);

/** @param {Part["destination"]} destination */
function idOf(destination) {
  return callCoreWithRetry(
    (_, instance) => registerDestination(destination, instance),
    NOBODY,
  );
}
