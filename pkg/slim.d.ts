/**
 * The package without a loader of its own, for a runtime or build that has a way to its wasm file:
 *
 * ```js
 * import wasm from "laminar-edge/laminar_edge_bg.wasm?url";
 * init(WebAssembly.compileStreaming(fetch(wasm)));
 * ```
 *
 * @module laminar-edge/slim
 */
export * from "./index.js";

/** What a runtime may provide beside the module. Options that are left out are detected. */
export interface InitOptions {
  /** The class from `node:async_hooks`; without one, spans after an `await` name their parent. */
  AsyncLocalStorage?: (new () => any) | undefined;
  /**
   * The runtime's own function, for code that has no request at hand: it keeps the request that calls it alive
   * until the promise settles. It is needed for streams that end after their request's flush.
   */
  waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
}

/**
 * Gives the package its wasm: a module, the bytes of `laminar-edge/laminar_edge_bg.wasm`, or a promise of
 * either. Call it once, before anything else; spans that end until the module is there wait, 1,024 at most.
 * Never throws: if the module cannot be loaded there is one warning, and nothing is sent.
 */
export declare function init(
  module: object | Promise<object>,
  options?: InitOptions,
): void;
