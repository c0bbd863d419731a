// What an entry knows about its runtime, whatever the core is made of.

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

/** For runtimes that wait for what a request leaves behind only when asked. */
export { setWaitUntil as provideWaitUntil };

/**
 * For workerd, where requests are kept apart. What it has under `cloudflare:workers` may be missing.
 * @param {{ waitUntil?: (promise: Promise<unknown>) => void, env?: object }} workers
 */
export function provideRequests({ waitUntil, env } = {}) {
  setRequestsApart();
  setRuntimeName("workerd");
  setWaitUntil(waitUntil);
  if (env !== undefined) noteEnvironment(env);
}

/** For browsers: what a page sends may outlive it, and anybody can read what it knows. */
export function provideBrowser() {
  setPage({ isHere, keyFor, reserveKeepalive });
  addWatcher(watchHidden);
}

/** For entries that may be used anywhere, in a page too. */
export function provideAnyRuntime() {
  provideRuntime();
  addWatcher(watchHidden);
}

/** The runtime as spans name it; looked for where several share an entry. */
export function provideRuntime(name = detectRuntime()) {
  setRuntimeName(name);
}

/**
 * For processes.
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
