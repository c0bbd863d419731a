// Loads the core's module from inside the JavaScript.

import deflated from "../../wasm/laminar_edge_inlined.js";
import { compileDeflated } from "./inflate.js";

/** @returns {Promise<WebAssembly.Module>} */
export function compileInlined() {
  return compileDeflated(deflated);
}
