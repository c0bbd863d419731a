import { builtinStorage } from "./lib/builtin-storage.js";
import { provideJavaScript } from "./lib/core-js.js";
import {
  provideAnyRuntime,
  provideStorage,
  provideWaitUntil,
} from "./lib/runtime.js";
import { platformWaitUntil } from "./lib/platforms.js";

provideJavaScript();
provideAnyRuntime();
provideStorage(builtinStorage());
provideWaitUntil(platformWaitUntil());

export * from "./lib/index.js";
