// What an entry for a runtime with WebAssembly provides.

export { provideModule } from "./core-wasm.js";
export * from "./runtime.js";
