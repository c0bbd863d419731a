// What traces LLM calls. It is there once `laminar-edge/llm` has been imported: programs without LLM calls do not
// carry it.

import { shared } from "../host/shared.js";
import { warnOnce } from "../host/warn.js";

/**
 * `fetch` is that of `Laminar.fetch`, `withOptions` what `Laminar.withLLMOptions` does, and `withBindings` gives
 * what an event's handler is to have in place of its `env`.
 * @typedef {object} LlmEngine
 * @property {typeof fetch} fetch
 * @property {<T>(options: any, action: () => T) => T} withOptions
 * @property {(env: any, options: any) => any} withBindings
 */

/** @type {{ engine: LlmEngine | undefined }} */
const state = shared("llm engine", () => ({ engine: undefined }));

/** @param {LlmEngine} given */
export function provideLlm(given) {
  state.engine = given;
}

/**
 * Undefined without that import, which is said once.
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
