// What an entry of `laminar-edge/llm` provides: the engine as its runtime loads it, and with it what `Laminar` and
// `instrument` have of this room.

import { provideLlm } from "../options/llm-engine.js";
import { withBindings } from "./bindings.js";
import { engineLoading, provideEngine } from "./engine.js";
import { tracedFetch } from "./fetch.js";
import { withOptions } from "./options.js";

/**
 * @param {import("./engine.js").Glue} [glue]
 * @param {WebAssembly.Module | Promise<WebAssembly.Module>} [module]
 */
export function provideTracing(glue, module) {
  if (glue !== undefined && module !== undefined) provideEngine(glue, module);
  provideLlm({
    fetch: tracedFetch(),
    withOptions,
    withBindings,
    loading: engineLoading,
  });
}
