// The core as WebAssembly, which an entry loads in its runtime's own way.

import * as glue from "../../wasm/laminar_edge_bg.js";
import { setCore } from "../core/instance.js";
import { drainWaiting } from "../record/record.js";
import { messageOf } from "../values/value.js";
import { warnOnce } from "../host/warn.js";

/** @param {WebAssembly.Module | Promise<WebAssembly.Module>} module */
export function provideModule(module) {
  // Without WebAssembly the module is a promise of undefined.
  const { Module } = globalThis.WebAssembly ?? {};
  if (Module && module instanceof Module) return setCore(coreOf(module));
  const loading = Promise.resolve(module).then(
    (loaded) => {
      setCore(coreOf(loaded));
      drainWaiting();
    },
    (error) => {
      setCore(undefined);
      warnOnce(
        "load",
        `the wasm module could not be compiled, no span will leave: ${messageOf(error)}. ${remedy()}`,
      );
    },
  );
  setCore(undefined, loading);
}

/**
 * Returns what the user can do: each runtime has its own way to load a module.
 */
function remedy() {
  if (globalThis.navigator?.userAgent === "Cloudflare-Workers")
    return "Workers need laminar-edge/workerd, which bundlers choose by the condition workerd";
  return "A Content-Security-Policy has to allow 'wasm-unsafe-eval', or import laminar-edge/js";
}

/** @param {WebAssembly.Module} module */
const coreOf = (module) => ({
  glue,
  /** @param {WebAssembly.Imports} imports */
  instantiate: (imports) => new WebAssembly.Instance(module, imports).exports,
  /**
   * @param {Function} made
   * @param {(made: Function) => unknown} change
   */
  replace: (made, change) => change(made),
});
