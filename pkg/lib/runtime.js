// What an entry knows about its runtime, whatever the core is made of.

import { setStorage } from "./context.js";
import { setBrowser } from "./keepalive.js";
import { setOnExit } from "./leaving.js";
import { setRequestsApart } from "./request.js";
import { setWaitUntil } from "./send-later.js";

/** For runtimes that wait for what a request leaves behind only when asked. */
export { setWaitUntil as provideWaitUntil };

/**
 * For workerd, where requests are kept apart.
 * @param {((promise: Promise<unknown>) => void) | undefined} waitUntil
 */
export function provideRequests(waitUntil) {
  setRequestsApart();
  setWaitUntil(waitUntil);
}

/** For browsers: what a page sends may outlive it, and anybody can read what it knows. */
export function provideBrowser() {
  setBrowser();
}

/**
 * For processes.
 * @param {(notice: () => void) => void} register calls `notice` when the process ends
 */
export function provideExit(register) {
  setOnExit(register);
}

/** @param {typeof import("node:async_hooks").AsyncLocalStorage | undefined} AsyncLocalStorage */
export function provideStorage(AsyncLocalStorage) {
  if (typeof AsyncLocalStorage === "function")
    setStorage(new AsyncLocalStorage());
}
