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

/** What a runtime may have beside the module. What is left out is looked for. */
export interface InitOptions {
  /** The class from `node:async_hooks`; without one, spans after an `await` name their parent. */
  AsyncLocalStorage?: (new () => any) | undefined;
  /**
   * The runtime's own, for code that holds no request: keeps the request that calls it alive until
   * the promise settles. Of use to streams that end after their request's flush.
   */
  waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
}

/**
 * Gives the package its wasm: a module, the bytes of `laminar-edge/laminar_edge_bg.wasm`, or a promise
 * of either. Call it once, before anything else; spans that end until the module is there wait, 1,024
 * at most. Never throws: a module that cannot be had is named by one warning, and nothing leaves.
 */
export declare function init(
  module: object | Promise<object>,
  options?: InitOptions,
): void;
