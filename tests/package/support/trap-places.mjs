// Every place where the build with traps can be told to trap, in the order in which a module reaches
// them; traps.test.mjs holds this list against the sources.
//
// `first` are traps that make the module come by there, `lost` the spans that met the trap on their
// way in: all others must arrive.

export const PLACES = {
  // Spans come in.
  configure: {},
  destination: { lost: 1 },
  staging: { first: ["stats"], lost: 1 },
  push_part: { lost: 1 },
  push_string: { lost: 1 },
  reserve: { lost: 1 },
  end_span: { lost: 1 },
  lose_span: { first: ["end_span"], lost: 1 },
  stats: {},
  // They leave.
  flush: {},
  prepared: {},
  answered: {},
  beat: {},
  read: {},
  settle: {},
  paused: {},
  sent: {},
  looked: {},
  concluded: {},
  clear: {},
  // An instance is replaced.
  root: { first: ["answered"] },
  adopt_counters: { first: ["answered"] },
  adopt_dropped: { first: ["answered"] },
  adopt: { first: ["answered"] },
  reconcile: { first: ["answered"] },
  settle_orphan: { first: ["answered"] },
};

/** The places in the order in which they are to trap. */
export function armedFor(place) {
  return [...(PLACES[place].first ?? []), place];
}
