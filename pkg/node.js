import { AsyncLocalStorage } from "node:async_hooks";
import { readFileSync } from "node:fs";
import { provideModule, provideStorage } from "./lib/host.js";

const wasm = new URL("./wasm/laminar_edge_bg.wasm", import.meta.url);
provideModule(new WebAssembly.Module(readFileSync(wasm)));
provideStorage(AsyncLocalStorage);

export * from "./lib/index.js";
