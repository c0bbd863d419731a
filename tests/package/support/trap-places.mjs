// Every export of the module and every place inside of a flush, which the build with traps can be told to trap
// in, in the order in which they are called; trap-places.test.mjs holds this list against the module.
//
// `first` are traps that make the module reach the place, `lost` is how many spans the trap may lose as they
// are recorded: all others must arrive. `spills`: only a program with a store reaches it; `slow`: only if the
// store is slow; `raw`: only a program that redacts nothing reaches it.

export const PLACES = {
  // Recording.
  configure: {},
  destination: { lost: 1 },
  set_redaction: { lost: 1 },
  request_bytes: { lost: 1 },
  redact_text: { lost: 1 },
  push_redacted: { lost: 1 },
  push_part: { lost: 1, raw: true },
  push_string: { lost: 1, raw: true },
  reserve: { lost: 1 },
  end_span: { lost: 1 },
  lose_span: { first: ["end_span"], lost: 1 },
  stats: {},
  losses: {},
  replaced: {},
  // Sending: first the exports, then the places inside of a flush.
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
  // Spilling and draining.
  store_lease: { spills: true },
  store_beat: { spills: true, slow: true },
  store_settle: { spills: true },
  drain_hand_over: { spills: true },
  drain_request: { spills: true },
  halve_body: { spills: true },
  drain_answered: { spills: true },
  // Replacing an instance.
  root: { first: ["settle"] },
  staging: { first: ["settle"] },
  adopt_counters: { first: ["settle"] },
  destinations_in_use: { first: ["settle"] },
  adopt_chunks: { first: ["settle"] },
};

/** Exports that this program does not reach: a core that is broken, a batch that comes to a Tail Worker. */
export const ELSEWHERE = ["receive", "reconcile"];

/** Returns the traps that make the program trap at a place. */
export function inputFor(place) {
  const { first = [], ...how } = PLACES[place];
  const { spills = false, slow = false, raw = false } = how;
  return { run: place, armed: [...first, place], spills, slow, raw };
}
