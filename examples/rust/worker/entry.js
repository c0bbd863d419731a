// The same as worker-build writes: wasm-bindgen's glue around a module that workerd has compiled.

import module from "./laminar_edge_example_worker_bg.wasm";
import * as glue from "./laminar_edge_example_worker_bg.js";

const instance = new WebAssembly.Instance(module, {
  "./laminar_edge_example_worker_bg.js": glue,
});
glue.__wbg_set_wasm(instance.exports);
instance.exports.__wbindgen_start();

export default {
  fetch: (request, env, ctx) => glue.fetch(request, env, ctx),
};
