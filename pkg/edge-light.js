import module from "./wasm/laminar_edge_bg.wasm?module";
import {
  provideModule,
  provideRuntime,
  provideStorage,
  provideWaitUntil,
} from "./lib/runtime/host.js";
import { platformWaitUntil } from "./lib/host/platforms.js";

provideModule(module);
provideRuntime("edge-light");
provideStorage(/** @type {any} */ (globalThis).AsyncLocalStorage);
provideWaitUntil(platformWaitUntil());

export * from "./lib/index.js";
