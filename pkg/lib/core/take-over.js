// What a fresh instance gets from a dead one.

import { forgetInstance, registerDestination } from "../options/destination.js";

/** @typedef {import("./instance.js").Glue} Glue */
/** @typedef {import("./instance.js").Instance} Instance */

/**
 * Hands over the memory of a dead instance to its successor. No code of the dead one is called.
 * @type {(glue: Glue, from: Instance, to: Instance) => void}
 */
export function takeOver(glue, from, to) {
  // The counters come first, so that a trap during the takeover can lose spans but not their counts.
  const left = remains(from);
  glue.adopt_counters(left);
  to.informed = true;
  /** @type {typeof from.destinations} */
  const inUse = [];
  for (const number of glue.destinations_in_use(left)) {
    const destination = from.destinations[number];
    if (destination === undefined) continue;
    inUse[number] = destination;
    left.destinations[number] = registerDestination(destination, to);
  }
  // Those that are in use would be taken over each time.
  to.mostDestinations += 2 * to.destinations.length;
  glue.adopt_chunks(left);
  forgetInstance(from);
  // Answers that come late are settled for these. No more are kept, because something may keep the dead instance.
  from.destinations = inUse;
}

/**
 * Returns what src/js/adopt.rs needs to know of a dead instance.
 * @param {Instance} dead
 */
export function remains({ root, exports }) {
  const { buffer } = exports.memory;
  return {
    root,
    buffer,
    bytes: buffer.byteLength,
    // The destinations' numbers in the successor, by their numbers in the dead one.
    destinations: /** @type {number[]} */ ([]),
  };
}
