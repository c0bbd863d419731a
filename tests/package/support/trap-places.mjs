// Every export of the module, which the build with traps can be told to trap in, in the order in which
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
  // They leave.
  horizon: {},
  lease: {},
  hand_over: {},
  beat: {},
  settle: {},
  backoff: {},
  remaining: {},
  expire: {},
  clear: {},
  // They come out of a store.
  drain_hand_over: { spills: true },
  halve_body: { spills: true },
  drain_settle: { spills: true },
  // An instance is replaced.
  root: { first: ["settle"] },
  staging: { first: ["settle"] },
  adopt_counters: { first: ["settle"] },
  adopt_dropped: { first: ["settle"] },
  adopt: { first: ["settle"] },
  reconcile: { first: ["settle"] },
};

/** What makes the program trap there. */
export function inputFor(place) {
  const { first = [], spills = false, slow = false } = PLACES[place];
  return { run: place, armed: [...first, place], spills, slow };
}
