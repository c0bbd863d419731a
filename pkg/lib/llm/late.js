// An engine that takes time to load: what its calls have to tell it waits until then. Only the entries that load it
// in this way bring this file.

import { now } from "../context/clock.js";
import { warnOnce } from "../host/warn.js";
import { messageOf } from "../values/value.js";
import { openFor } from "./call.js";
import { provideEngine, setLoading } from "./engine.js";

/** @typedef {import("./call.js").Call} Call */

// How many bytes of an answer are kept until the engine has loaded.
const MAX_LATE_BYTES = 1 << 20;

/**
 * Sets the module of which instances will be made.
 * @param {import("./engine.js").Glue} glue
 * @param {Promise<WebAssembly.Module>} module
 */
export function provideLateEngine(glue, module) {
  const done = module.then(
    (loaded) => provideEngine(glue, loaded),
    (error) => {
      setLoading(undefined);
      warnOnce(
        "llm load",
        `the wasm module for LLM calls could not be compiled, their spans have times, status and model only: ${messageOf(error)}`,
      );
    },
  );
  setLoading({ done, wait: (call) => new Late(call, done) });
}

/** What one call has to tell the engine. */
export class Late {
  /** @param {Call} call @param {Promise<void>} done */
  constructor(call, done) {
    this.call = call;
    /** @type {(() => void)[]} */
    this.actions = [];
    this.bytes = 0;
    done.then(() => this.end());
  }

  /** Is called when the engine has loaded or failed to load. */
  end() {
    const { call } = this;
    // The span may have been given up.
    if (call.late !== this) return;
    call.late = undefined;
    call.reader = openFor(call.target, call.options);
    for (const action of this.actions) action();
  }

  /** @param {Uint8Array} bytes */
  chunk(bytes) {
    this.bytes += bytes.length;
    if (this.bytes > MAX_LATE_BYTES) return;
    // The consumer of the piece may transfer its memory.
    const copy = bytes.slice();
    const time = now();
    this.actions.push(() => this.call.read(copy, time));
  }
}
