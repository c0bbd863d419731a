// Every export of the module and every place inside of a flush, which the build with traps can be told to trap in, in the order in which
// they are called; trap-places.test.mjs holds this list against the module.
//
// `first` are traps that make the module come by there, `lost` the spans that met the trap on their
// way in: all others must arrive. `spills`: only a program with a store comes by; `slow`: only if
// that takes its time.

export const PLACES = {
  // Spans come in.
  configure: {},
  destination: { lost: 1 },
  push_part: { lost: 1 },
  push_string: { lost: 1 },
  reserve: { lost: 1 },
  end_span: { lost: 1 },
  lose_span: { first: ["end_span"], lost: 1 },
  stats: {},
  losses: {},
  // They leave: first the exports, then the places inside of a flush.
  horizon: {},
  flush: {},
  settle_late: { first: ["answered"] },
  clear: {},
  lease: { inside: true },
  hand_over: { inside: true },
  answered: { inside: true },
  beat: { inside: true },
  settle: { inside: true },
  backoff: { inside: true },
  remaining: { inside: true },
  expire: { inside: true },
  concluded: { inside: true },
  // They go into a store and come out of it.
  store_lease: { spills: true },
  store_beat: { spills: true, slow: true },
  store_settle: { spills: true },
  drain_hand_over: { spills: true },
  drain_request: { spills: true },
  halve_body: { spills: true },
  drain_answered: { spills: true },
  // An instance is replaced.
  root: { first: ["settle"] },
  staging: { first: ["settle"] },
  adopt_counters: { first: ["settle"] },
  destinations_in_use: { first: ["settle"] },
  adopt_chunks: { first: ["settle"] },
};

/**
 * Exports that no program of this kind comes by: an item without an answer, a core that is broken, a batch
 * that comes to a Tail Worker.
 */
export const ELSEWHERE = ["drain_failed", "receive", "reconcile"];

/** What makes the program trap there. */
export function inputFor(place) {
  const { first = [], spills = false, slow = false } = PLACES[place];
  return { run: place, armed: [...first, place], spills, slow };
}
