// The functions that an entry for a runtime with WebAssembly calls.

export { provideModule } from "./core-wasm.js";
export * from "./runtime.js";
