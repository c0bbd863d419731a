// The core as WebAssembly, which an entry loads in its runtime's own way.

import * as glue from "../../wasm/laminar_edge_bg.js";
import { setCore } from "../core/instance.js";
import { drainWaiting } from "../record/record.js";
import { warnOnce } from "../host/warn.js";

/** @param {WebAssembly.Module | Promise<WebAssembly.Module>} module */
export function provideModule(module) {
  // Where there is no WebAssembly at all it is a promise of none.
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
        `the wasm module did not load, no span will leave: ${error?.message}`,
      );
    },
  );
  setCore(undefined, loading);
}

const coreOf = (module) => ({
  glue,
  instantiate: (imports) => new WebAssembly.Instance(module, imports).exports,
  replace: (made, change) => change(made),
});
