// Rescues the requests of an instance that has ended: they are still under way, and JavaScript receives their
// answers.

import { callCoreWithRetry } from "../core/instance.js";
import { noteStatus } from "../options/unauthorized.js";

/** @import { Awaited, Transport } from "./transport.js" */

/**
 * Settles the answers in the next instance as they arrive, and counts the results in the transport's report.
 * @param {Transport} transport
 */
export function rescue(transport) {
  for (const [token, awaited] of transport.answers)
    settleLate(transport, token, awaited);
}

/** @type {(transport: Transport, token: number, awaited: Awaited) => Promise<void>} */
async function settleLate(transport, token, { destination, answer }) {
  /** @type {Response | undefined} */
  let response;
  /** @type {Uint8Array | undefined} */
  let body;
  try {
    // What is no object is no answer, but the batch may have arrived.
    response = /** @type {Response} */ (Object(await answer));
    noteStatus(destination, response.status);
    body = await transport.read(response);
  } catch {
    // A request that was cut short may have arrived. Its lease expires by itself.
    if (transport.controller?.signal.aborted) return;
    // There was no connection, so the batch did not arrive.
  }
  callCoreWithRetry((exports, instance, glue) =>
    glue.settle_late(token, response, body, transport),
  );
}
