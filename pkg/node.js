import { AsyncLocalStorage } from "node:async_hooks";
import { readFileSync } from "node:fs";
import {
  provideExit,
  provideModule,
  provideRuntime,
  provideStorage,
  provideWaitUntil,
} from "./lib/runtime/host.js";
import { platformWaitUntil } from "./lib/host/platforms.js";

provideModule(fromFile() ?? fromBundle());
provideRuntime();
provideStorage(AsyncLocalStorage);
provideWaitUntil(platformWaitUntil());
provideExit((notice) => process.once("exit", notice));

export * from "./lib/index.js";

function fromFile() {
  try {
    const wasm = new URL("./wasm/laminar_edge_bg.wasm", import.meta.url);
    return new WebAssembly.Module(readFileSync(wasm));
  } catch {
    return undefined;
  }
}

/** Loads the inlined module: a bundle has no wasm file beside it, and in CommonJS no URL of its own. */
async function fromBundle() {
  return (await import("./lib/runtime/inlined.js")).compileInlined();
}
