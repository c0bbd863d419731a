// The tracing of LLM calls. Importing `laminar-edge/llm` sets it, so that other programs do not carry it.

import { shared } from "../host/shared.js";
import { warnOnce } from "../host/warn.js";

/**
 * `fetch` is that of `Laminar.fetch`, `withOptions` does what `Laminar.withLLMOptions` does, and `withBindings`
 * returns the environment that a handler gets in place of its own. `loading` returns a promise until what reads
 * bodies is there, and then undefined.
 * @typedef {object} LlmEngine
 * @property {typeof fetch} fetch
 * @property {<T>(options: any, action: () => T) => T} withOptions
 * @property {(env: any, options: any) => any} withBindings
 * @property {() => Promise<void> | undefined} loading
 */

/** @type {{ engine: LlmEngine | undefined }} */
const state = shared("llm engine", () => ({ engine: undefined }));

/** @param {LlmEngine} given */
export function provideLlm(given) {
  state.engine = given;
}

/**
 * Returns the engine. Without that import it warns once and returns undefined.
 * @param {string} wanted
 */
export function llmEngine(wanted) {
  if (state.engine === undefined)
    warnOnce(
      "llm",
      `${wanted} needs import "laminar-edge/llm": nothing is traced`,
    );
  return state.engine;
}

/** Returns a promise while spans wait for what reads the bodies of their calls. */
export const llmLoading = () => state.engine?.loading();
