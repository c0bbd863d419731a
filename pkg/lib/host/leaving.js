// The events after which a host may end. Each entry adds those of its runtime. They are watched from the first
// initialize on, so that an import alone has no effect.

import { shared } from "./shared.js";

const state = shared("leaving", () => ({
  /** @type {Set<() => void>} */
  watchers: new Set(),
  watching: false,
}));

/**
 * Adds a function that begins to watch. It is called once.
 * @param {() => void} watch
 */
export function addWatcher(watch) {
  state.watchers.add(watch);
}

export function watchHost() {
  if (state.watching) return;
  state.watching = true;
  for (const watch of state.watchers) {
    try {
      watch();
    } catch {
      // The host lacks these events, or has others with the same names.
    }
  }
}
