// The functions by which an entry describes its runtime, for wasm and the JavaScript core.

import { setStorage } from "../context/context.js";
import { detectRuntime } from "../host/detect-runtime.js";
import { noticeExit } from "./exit.js";
import { addWatcher } from "../host/leaving.js";
import { setPage } from "../host/page.js";
import { watchHidden } from "../page/hidden.js";
import { reserveKeepalive } from "../page/keepalive.js";
import { isHere, keyFor } from "../page/key.js";
import { setRequestsApart } from "../host/request.js";
import { setRuntimeName } from "../host/runtime-name.js";
import { setWaitUntil } from "../host/send-later.js";
import { noteEnvironment } from "../values/surroundings.js";

/** For runtimes that wait for a request's unfinished work only when asked. */
export { setWaitUntil as provideWaitUntil };

/**
 * For workerd, where requests are kept apart. The module `cloudflare:workers` may be missing.
 * @param {{ waitUntil?: (promise: Promise<unknown>) => void, env?: object }} workers
 */
export function provideRequests({ waitUntil, env } = {}) {
  setRequestsApart();
  setRuntimeName("workerd");
  setWaitUntil(waitUntil);
  if (env !== undefined) noteEnvironment(env);
}

/** For browsers: a page's requests may outlive it, and anybody can read its secrets. */
export function provideBrowser() {
  setPage({ isHere, keyFor, reserveKeepalive });
  addWatcher(watchHidden);
}

/** For entries that any runtime may use, also a page. */
export function provideAnyRuntime() {
  provideRuntime();
  addWatcher(watchHidden);
}

/** Sets the runtime's name as spans record it. It is detected if several runtimes share an entry. */
export function provideRuntime(name = detectRuntime()) {
  setRuntimeName(name);
}

/**
 * For runtimes that run as a process.
 * @param {(notice: () => void) => void} register calls `notice` when the process ends
 */
export function provideExit(register) {
  addWatcher(() => register(noticeExit));
}

/** @param {(new () => any) | undefined} AsyncLocalStorage */
export function provideStorage(AsyncLocalStorage) {
  if (typeof AsyncLocalStorage === "function")
    setStorage(new AsyncLocalStorage());
}
