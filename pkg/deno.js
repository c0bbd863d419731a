import { builtinStorage } from "./lib/builtin-storage.js";
import {
  provideModule,
  provideRuntime,
  provideStorage,
  provideWaitUntil,
} from "./lib/host.js";
import { compileInlined } from "./lib/inlined.js";
import { platformWaitUntil } from "./lib/platforms.js";

// Inlined: to read a file of its own a program would need --allow-read.
provideModule(compileInlined());
provideRuntime();
provideStorage(builtinStorage());
provideWaitUntil(platformWaitUntil());

export * from "./lib/index.js";
