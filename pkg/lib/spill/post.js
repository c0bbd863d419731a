// Sends an item: one request, without a retry.

import { callCoreWithRetry } from "../core/instance.js";
import { gzip } from "../delivery/gzip.js";
import { targetOf } from "../delivery/transport.js";
import { noteStatus } from "../options/unauthorized.js";
import { within } from "./within.js";

/** @typedef {import("../delivery/transport.js").Transport} Transport */
/** @typedef {import("./fingerprint.js").Destination} Destination */
/**
 * `answer` is what `fetch` resolved to, and undefined if that is not known: then the item may have arrived. If it is
 * not sent, `answer` is what was thrown.
 * @typedef {{ answer?: unknown, body?: Uint8Array, isSent?: boolean }} Answer
 */
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
      return { answer: new Error("the time was over"), isSent: false };
    const sent = transport.send(destination, request, number);
    // A program's own fetch may return anything, even undefined.
    const any = sent.then((response) => ({ response: response ?? null }));
    const heard = await within(any, leftMs());
    if (heard === undefined) return {};
    const answer = /** @type {Response} */ (heard.response);
    noteStatus(destination, statusOf(answer));
    return { answer, body: await within(transport.read(answer), leftMs()) };
  } catch (error) {
    // A request that was cut short may have arrived.
    const isCut = transport.controller?.signal.aborted === true;
    return isCut ? {} : { answer: error, isSent: false };
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
