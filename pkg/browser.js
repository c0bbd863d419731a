import {
  provideBrowser,
  provideModule,
  provideRuntime,
  provideStorage,
} from "./lib/runtime/host.js";
import { compileInlined } from "./lib/runtime/inlined.js";

// The module is inlined, because esbuild and Rollup do not copy a file that `new URL` names, and Vite's dev
// server does not find it; a page downloads as many bytes either way. It is not awaited: spans that end earlier
// wait for it.
provideModule(compileInlined());
provideBrowser();
provideRuntime();
provideStorage(/** @type {any} */ (globalThis).AsyncLocalStorage);

export * from "./lib/index.js";
