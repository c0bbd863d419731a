// The core as plain JavaScript, for hosts without WebAssembly. It is made from the same source by
// wasm2js, with glue of its own: values cross by their index in a table of the glue's.

import * as glue from "../../wasm/laminar_edge_js_bg.js";
import { instantiate } from "../../wasm/laminar_edge_js.js";
import { setCore } from "../core/instance.js";

export function provideJavaScript() {
  setCore({ glue, instantiate, replace });
}

/**
 * @param {number} index
 * @param {(made: Function) => unknown} change
 */
function replace(index, change) {
  // A number that the glue returns may mean anything. It is left alone unless it is the index of a closure.
  const made = index >= 0 ? glue.heap[index] : undefined;
  if (typeof made === "function") glue.heap[index] = change(made);
  return index;
}
