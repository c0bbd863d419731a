import { provideModule, provideStorage } from "./lib/host.js";

// Not awaited: a page does not wait for its telemetry. Spans that end before wait in line.
const wasm = new URL("./wasm/laminar_edge_bg.wasm", import.meta.url);
provideModule(
  fetch(wasm)
    .then((response) => response.arrayBuffer())
    .then((bytes) => WebAssembly.compile(bytes)),
);
provideStorage(globalThis.AsyncLocalStorage);

export * from "./lib/index.js";
