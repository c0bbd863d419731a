// Work that the program does not await. The runtime is asked to wait for it, if it has a way.

import { shared } from "./shared.js";

/** @typedef {(promise: Promise<unknown>) => void} WaitUntil */

/** @type {{ waitUntil: WaitUntil | undefined }} */
const state = shared("send later", () => ({ waitUntil: undefined }));

/**
 * Sets the runtime's own waitUntil, for code that has no ctx.
 * @param {WaitUntil | undefined} found
 */
export function setWaitUntil(found) {
  // Another copy of the package may have found one where this copy does not.
  if (found !== undefined) state.waitUntil = found;
}

/** Returns whether the runtime ends requests, and can be asked to wait. */
export function canSendLater() {
  return state.waitUntil !== undefined;
}

/**
 * Asks the runtime to wait for a promise that never rejects, if it can.
 * @param {Promise<unknown>} promise
 */
export function keepAlive(promise) {
  try {
    state.waitUntil?.(promise);
  } catch {
    // Outside of a request the runtime cannot wait. The work runs all the same.
  }
}
