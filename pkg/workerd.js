import module from "./wasm/laminar_edge_bg.wasm";
import {
  provideModule,
  provideStorage,
  provideRequests,
} from "./lib/runtime/host.js";

provideModule(module);

// The imports are dynamic, because without nodejs_compat or nodejs_als a static one would fail the whole
// script.
const asyncHooks = "node:async_hooks";
try {
  provideStorage((await import(asyncHooks)).AsyncLocalStorage);
} catch {
  provideStorage(/** @type {any} */ (globalThis).AsyncLocalStorage);
}
const workers = "cloudflare:workers";
try {
  provideRequests(await import(workers));
} catch {
  provideRequests();
}

export * from "./lib/index.js";
