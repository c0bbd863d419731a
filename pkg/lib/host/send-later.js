// Work that nobody awaits: the runtime is asked to wait for it where it can be asked.

let waitUntil;

/** The runtime's own waitUntil, for code that holds no ctx. */
export function setWaitUntil(found) {
  waitUntil = found;
}

/** Whether the runtime ends requests, and can be asked to wait. */
export function canSendLater() {
  return waitUntil !== undefined;
}

/** Lets a promise that never rejects run to its end, if the runtime can. */
export function keepAlive(promise) {
  try {
    waitUntil?.(promise);
  } catch {
    // Outside a request there is nobody to wait; the work runs all the same.
  }
}
