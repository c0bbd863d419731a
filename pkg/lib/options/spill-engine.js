// Fills and drains a spill sink. Importing `laminar-edge/spill` sets it, so that programs without a sink do not
// carry it.

import { shared } from "../host/shared.js";

/**
 * `put` stores what a flush could not send, `reserveMs` returns the part of the budget kept for that, and
 * `drain` does what drainSpill does.
 * @typedef {object} SpillEngine
 * @property {typeof import("../spill/put.js").spill} put
 * @property {(budgetMs: number) => number} reserveMs
 * @property {typeof import("../spill/drain.js").drainSpill} drain
 */

/** @type {{ engine: SpillEngine | undefined }} */
const state = shared("spill engine", () => ({ engine: undefined }));

/** @param {SpillEngine} given */
export function provideSpill(given) {
  state.engine = given;
}

/** Returns undefined without that import. */
export function spillEngine() {
  return state.engine;
}
