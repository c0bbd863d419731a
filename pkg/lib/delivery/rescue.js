// What the end of an instance interrupted: the requests are still under way, and JavaScript hears
// their answers.

import { insist } from "../core/instance.js";

/** @import { Transport } from "./transport.js" */

/**
 * Settles them in the next instance as they come; what came of them is in the transport's report.
 * @param {Transport} transport
 */
export function rescue(transport) {
  for (const [token, answer] of transport.answers)
    settleLate(transport, token, answer);
}

/** @type {(transport: Transport, token: number, answer: Promise<Response>) => Promise<void>} */
async function settleLate(transport, token, answer) {
  /** @type {Response | undefined} */
  let response;
  /** @type {Uint8Array | undefined} */
  let body;
  try {
    response = await answer;
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
