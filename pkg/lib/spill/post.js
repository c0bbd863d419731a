// Sends an item: one request, without a retry.

import { callCoreWithRetry } from "../core/instance.js";
import { gzip } from "../delivery/gzip.js";
import { targetOf } from "../delivery/transport.js";
import { noteStatus } from "../options/unauthorized.js";
import { messageOf } from "../values/value.js";
import { within } from "./within.js";

/** @typedef {import("../delivery/transport.js").Transport} Transport */
/** @typedef {import("./fingerprint.js").Destination} Destination */
/** @typedef {{ response?: unknown, body?: Uint8Array, connected?: boolean, message?: string }} Answer */
/** @typedef {{ transport: Transport, leftMs: () => number, number: number }} Way `number` is the request's own. */

/**
 * Resolves to the answer, or to why there is none; never rejects.
 *
 * @param {Way} way
 * @param {Destination} destination
 * @param {Uint8Array} body
 * @returns {Promise<Answer>}
 */
export async function post(way, destination, body) {
  const { transport, leftMs, number } = way;
  try {
    const request = await within(requestFor(way, destination, body), leftMs());
    if (request === undefined || leftMs() === 0)
      return notConnected("the time was over");
    const sent = transport.send(destination, request, number);
    // A program's own fetch may return anything, even undefined.
    const answer = sent.then((response) => ({ response }));
    const heard = await within(answer, leftMs());
    if (heard === undefined) return noAnswer(LATE);
    const { response } = heard;
    noteStatus(destination, statusOf(response));
    const bytes = await within(transport.read(response), leftMs());
    return { response, body: bytes };
  } catch (error) {
    // A request that was cut short may have arrived.
    return transport.controller?.signal.aborted
      ? noAnswer(LATE)
      : notConnected(messageOf(error));
  }
}

/**
 * Returns a promise of the request; rejects if it cannot be built.
 *
 * @param {Way} way
 * @param {Destination} destination
 * @param {Uint8Array} body
 */
async function requestFor({ transport, number }, destination, body) {
  const target = targetOf(destination);
  const packed = target.gzip ? await gzip(body) : undefined;
  // Without compression the comparison is with undefined, which is false.
  const smaller = /** @type {number} */ (packed?.length) < body.length;
  const request = callCoreWithRetry((exports, instance, glue) =>
    glue.drain_request(
      transport,
      target,
      smaller ? /** @type {Uint8Array} */ (packed) : body,
      smaller,
      number,
    ),
  );
  if (!(request instanceof Request)) throw request;
  return request;
}

/** @param {any} response */
export function statusOf(response) {
  try {
    return response.status;
  } catch {
    return undefined;
  }
}

const LATE = "no answer in time";
/** @param {string} message */
const notConnected = (message) => ({ connected: false, message });
/** @param {string} message */
export const noAnswer = (message) => ({ connected: true, message });
