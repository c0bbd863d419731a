// What an entry knows about its runtime and the rest of the package asks for.

import { setStorage } from "./context.js";
import { setModule } from "./instance.js";
import { setBrowser } from "./keepalive.js";
import { setOnExit } from "./leaving.js";
import { drainWaiting } from "./record.js";
import { setRequestsApart } from "./request.js";
import { setWaitUntil } from "./send-later.js";
import { warnOnce } from "./warn.js";

/** For runtimes that wait for what a request leaves behind only when asked. */
export { setWaitUntil as provideWaitUntil };

/** @param {WebAssembly.Module | Promise<WebAssembly.Module>} module */
export function provideModule(module) {
  // Where there is no WebAssembly at all it is a promise of none.
  const { Module } = globalThis.WebAssembly ?? {};
  if (Module && module instanceof Module) return setModule(module);
  const loading = Promise.resolve(module).then(
    (loaded) => {
      setModule(loaded);
      drainWaiting();
    },
    (error) => {
      setModule(undefined);
      warnOnce(
        "load",
        `the wasm module did not load, no span will leave: ${error?.message}`,
      );
    },
  );
  setModule(undefined, loading);
}

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
