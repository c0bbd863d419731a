// The moments when a host may go away for good. Which there are, entries say; they are watched from the
// first initialize on, so that merely importing the package does nothing.

const watchers = new Set();
let watching = false;

/** What is to be called once, to begin watching. */
export function addWatcher(watch) {
  watchers.add(watch);
}

export function watchHost() {
  if (watching) return;
  watching = true;
  for (const watch of watchers) {
    try {
      watch();
    } catch {
      // A host without these events, or with others by the same names.
    }
  }
}
