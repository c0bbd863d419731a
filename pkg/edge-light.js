import module from "./wasm/laminar_edge_bg.wasm?module";
import {
  provideModule,
  provideRuntime,
  provideStorage,
  provideWaitUntil,
} from "./lib/host.js";
import { platformWaitUntil } from "./lib/platforms.js";

provideModule(module);
provideRuntime("edge-light");
provideStorage(globalThis.AsyncLocalStorage);
provideWaitUntil(platformWaitUntil());

export * from "./lib/index.js";
