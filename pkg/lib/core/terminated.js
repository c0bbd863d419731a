// A runtime that stops an instance in the middle of its work marks that in its memory. No code of that instance
// may run again.

import { current, lose } from "./instance.js";

/** Lets a fresh instance take over from one that the runtime has stopped. */
export function replaceIfTerminated() {
  const instance = current();
  const exports = /** @type {any} */ (instance?.exports);
  // wasm-bindgen exports the address of the mark. The JavaScript core has none.
  const at = exports?.__instance_terminated?.value;
  if (instance && at && new Uint32Array(exports.memory.buffer, at, 1)[0])
    lose(instance, "trap", "the runtime ended it");
}
