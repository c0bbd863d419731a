// What the end of an instance interrupted: the requests are still under way, and JavaScript hears
// their answers.

import { insist } from "../core/instance.js";
import { hear } from "../options/unauthorized.js";

/** @import { Awaited, Transport } from "./transport.js" */

/**
 * Settles them in the next instance as they come; what came of them is in the transport's report.
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
    response = await answer;
    hear(destination, response.status);
    body = await transport.read(response);
  } catch {
    // Cut short, it may have arrived: its lease runs out by itself.
    if (transport.controller?.signal.aborted) return;
    // No connection: the batch did not arrive.
  }
  insist((exports, instance, glue) =>
    glue.settle_late(
      token,
      Object(response) === response ? response : undefined,
      body,
      transport,
    ),
  );
}
