import module from "./wasm/laminar_edge_bg.wasm";
import {
  provideModule,
  provideStorage,
  provideRequests,
} from "./lib/runtime/host.js";

provideModule(module);

// Not static imports: without nodejs_compat or nodejs_als the first would fail the whole script.
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
