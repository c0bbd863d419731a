// What fills a sink and empties it. It is there once `laminar-edge/spill` has been imported: programs
// without a sink do not carry it.

let engine;

/**
 * `put` is the end of a flush, `reserveMs` what that takes of the budget, `drain` what drainSpill does.
 */
export function provideSpill(given) {
  engine = given;
}

/** Undefined without that import. */
export function spillEngine() {
  return engine;
}
