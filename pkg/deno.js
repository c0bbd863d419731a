import { builtinStorage } from "./lib/host/builtin-storage.js";
import {
  provideModule,
  provideRuntime,
  provideStorage,
  provideWaitUntil,
} from "./lib/runtime/host.js";
import { compileInlined } from "./lib/runtime/inlined.js";
import { platformWaitUntil } from "./lib/host/platforms.js";

// The module is inlined, because a program would need --allow-read to read a file.
provideModule(compileInlined());
provideRuntime();
provideStorage(builtinStorage());
provideWaitUntil(platformWaitUntil());

export * from "./lib/index.js";
