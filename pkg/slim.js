import { builtinStorage } from "./lib/host/builtin-storage.js";
import {
  provideAnyRuntime,
  provideModule,
  provideStorage,
  provideWaitUntil,
} from "./lib/runtime/host.js";
import { platformWaitUntil } from "./lib/host/platforms.js";

/**
 * Initializes the package, which has no loader of its own here.
 * @param {object | Promise<object>} module
 * @param {import("./slim.js").InitOptions} [options]
 */
export function init(
  module,
  {
    AsyncLocalStorage = builtinStorage(),
    waitUntil = platformWaitUntil(),
  } = {},
) {
  provideModule(toModule(module));
  provideAnyRuntime();
  provideStorage(AsyncLocalStorage);
  provideWaitUntil(waitUntil);
}

/**
 * @param {any} given
 * @returns {any}
 */
function toModule(given) {
  if (isBytes(given)) return WebAssembly.compile(given);
  return typeof given?.then === "function" ? given.then(toModule) : given;
}

/**
 * @param {unknown} given
 * @returns {given is BufferSource}
 */
function isBytes(given) {
  return ArrayBuffer.isView(given) || given instanceof ArrayBuffer;
}

export * from "./lib/index.js";
