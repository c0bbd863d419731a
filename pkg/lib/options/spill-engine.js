// What fills a sink and empties it. It is there once `laminar-edge/spill` has been imported: programs
// without a sink do not carry it.

import { shared } from "../host/shared.js";

/**
 * `put` is the end of a flush, `reserveMs` what that takes of the budget, `drain` what drainSpill does.
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

/** Undefined without that import. */
export function spillEngine() {
  return state.engine;
}
