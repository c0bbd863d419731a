// Work that nobody awaits: the runtime is asked to wait for it where it can be asked.

import { shared } from "./shared.js";

/** @typedef {(promise: Promise<unknown>) => void} WaitUntil */

/** @type {{ waitUntil: WaitUntil | undefined }} */
const state = shared("send later", () => ({ waitUntil: undefined }));

/**
 * The runtime's own waitUntil, for code that holds no ctx.
 * @param {WaitUntil | undefined} found
 */
export function setWaitUntil(found) {
  // Another copy may have found one where this one does not.
  if (found !== undefined) state.waitUntil = found;
}

/** Whether the runtime ends requests, and can be asked to wait. */
export function canSendLater() {
  return state.waitUntil !== undefined;
}

/**
 * Lets a promise that never rejects run to its end, if the runtime can.
 * @param {Promise<unknown>} promise
 */
export function keepAlive(promise) {
  try {
    state.waitUntil?.(promise);
  } catch {
    // Outside a request there is nobody to wait; the work runs all the same.
  }
}
