import { builtinStorage } from "./lib/host/builtin-storage.js";
import { provideJavaScript } from "./lib/runtime/core-js.js";
import {
  provideAnyRuntime,
  provideStorage,
  provideWaitUntil,
} from "./lib/runtime/runtime.js";
import { platformWaitUntil } from "./lib/host/platforms.js";

provideJavaScript();
provideAnyRuntime();
provideStorage(builtinStorage());
provideWaitUntil(platformWaitUntil());

export * from "./lib/index.js";
