// Where the runtime stops an instance in the middle of its work it says so in its memory, and no code of
// that instance may run again.

import { current, lose } from "./instance.js";

/** Lets a fresh instance take over from one that the runtime has stopped. */
export function replaceIfTerminated() {
  const instance = current();
  const exports = /** @type {any} */ (instance?.exports);
  // wasm-bindgen exports where the word is; the core as JavaScript has none.
  const at = exports?.__instance_terminated?.value;
  if (instance && at && new Uint32Array(exports.memory.buffer, at, 1)[0])
    lose(instance, "trap", "the runtime ended it");
}
