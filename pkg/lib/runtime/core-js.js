// The core as plain JavaScript, for hosts without WebAssembly. It is made from the same source by
// wasm2js.

import { instantiate } from "../../wasm/laminar_edge_js.js";
import { setCore } from "../core/instance.js";

export function provideJavaScript() {
  setCore(instantiate);
}
