// The moments when a host may go away for good. Which there are, entries say; they are watched from the
// first initialize on, so that merely importing the package does nothing.

import { shared } from "./shared.js";

const state = shared("leaving", () => ({
  /** @type {Set<() => void>} */
  watchers: new Set(),
  watching: false,
}));

/**
 * What is to be called once, to begin watching.
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
      // A host without these events, or with others by the same names.
    }
  }
}
