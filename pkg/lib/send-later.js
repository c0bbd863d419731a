// Spans that end after their request's flush: sent by a flush of their own, which the runtime is
// asked to wait for where it can be asked.

let start;
let waitUntil;

export function setSender(flush) {
  start = flush;
}

/** The runtime's own waitUntil, for code that holds no ctx. */
export function setWaitUntil(found) {
  waitUntil = found;
}

/** Whether the runtime ends requests, and can be asked to wait. */
export function canSendLater() {
  return waitUntil !== undefined;
}

export function sendLater() {
  const sending = start?.();
  try {
    if (sending !== undefined) waitUntil?.(sending);
  } catch {
    // Outside a request there is nobody to wait; the flush runs all the same.
  }
}
