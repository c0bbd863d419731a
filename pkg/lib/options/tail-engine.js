// Hands spans to a Tail Worker. Importing `laminar-edge/tail` sets it, so that programs that send by `fetch` do
// not carry it.

import { shared } from "../host/shared.js";

/**
 * `hand` publishes the batches that may leave by a Tail Worker; `renew` notes that a new invocation of a
 * Durable Object has begun, which has a size limit of its own; `options` reads those of initialize.
 * @typedef {object} TailEngine
 * @property {typeof import("../tail/hand.js").hand} hand
 * @property {() => void} renew
 * @property {typeof import("../tail/options.js").tailOptions} options
 */

/** @type {{ engine: TailEngine | undefined }} */
const state = shared("tail engine", () => ({ engine: undefined }));

/** @param {TailEngine} given */
export function provideTail(given) {
  state.engine = given;
}

/** Returns undefined without that import. */
export function tailEngine() {
  return state.engine;
}
