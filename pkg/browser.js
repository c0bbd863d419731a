import {
  provideBrowser,
  provideModule,
  provideRuntime,
  provideStorage,
} from "./lib/runtime/host.js";
import { compileInlined } from "./lib/runtime/inlined.js";

// Inlined, because esbuild and Rollup copy no file that `new URL` names, and Vite's dev server loses
// it; a page downloads as many bytes either way. Not awaited: spans that end before wait in line.
provideModule(compileInlined());
provideBrowser();
provideRuntime();
provideStorage(/** @type {any} */ (globalThis).AsyncLocalStorage);

export * from "./lib/index.js";
