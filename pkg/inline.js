import {
  provideAnyRuntime,
  provideModule,
  provideStorage,
  provideWaitUntil,
} from "./lib/runtime/host.js";
import { compileInlined } from "./lib/runtime/inlined.js";
import { builtinStorage } from "./lib/host/builtin-storage.js";
import { platformWaitUntil } from "./lib/host/platforms.js";

provideModule(compileInlined());
provideAnyRuntime();
provideStorage(builtinStorage());
provideWaitUntil(platformWaitUntil());

export * from "./lib/index.js";
