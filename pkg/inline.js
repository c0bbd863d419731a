import {
  provideAnyRuntime,
  provideModule,
  provideStorage,
  provideWaitUntil,
} from "./lib/host.js";
import { compileInlined } from "./lib/inlined.js";
import { builtinStorage } from "./lib/builtin-storage.js";
import { platformWaitUntil } from "./lib/platforms.js";

provideModule(compileInlined());
provideAnyRuntime();
provideStorage(builtinStorage());
provideWaitUntil(platformWaitUntil());

export * from "./lib/index.js";
