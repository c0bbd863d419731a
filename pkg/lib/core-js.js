// The core as plain JavaScript, for hosts without WebAssembly. It is made from the same source by
// wasm2js, with glue of its own: values cross by their index in a table of the glue's.

import * as glue from "../wasm/laminar_edge_js_bg.js";
import { instantiate } from "../wasm/laminar_edge_js.js";
import { setCore } from "./instance.js";

export function provideJavaScript() {
  setCore({ glue, instantiate, replace, seen });
}

const seen = (index) => glue.heap[index];

function replace(result, change) {
  // Any number may come by here; one that is no closure's index changes nothing.
  const made = typeof result === "number" ? glue.heap[result] : undefined;
  if (typeof made === "function") glue.heap[result] = change(made);
  return result;
}
