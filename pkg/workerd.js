import module from "./wasm/laminar_edge_bg.wasm";
import { provideModule, provideStorage } from "./lib/host.js";

provideModule(module);

// Not a static import: without nodejs_compat or nodejs_als that would fail the whole script.
const asyncHooks = "node:async_hooks";
try {
  provideStorage((await import(asyncHooks)).AsyncLocalStorage);
} catch {
  provideStorage(globalThis.AsyncLocalStorage);
}

export * from "./lib/index.js";
