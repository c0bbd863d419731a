// What every entry of `laminar-edge/llm` provides besides the engine: what `Laminar` and `instrument` have of this room.

import { provideLlm } from "../options/llm-engine.js";
import { withBindings } from "./bindings.js";
import { engineLoading } from "./engine.js";
import { tracedFetch } from "./fetch.js";
import { withOptions } from "./options.js";

export function provideTracing() {
  provideLlm({
    fetch: tracedFetch(),
    withOptions,
    withBindings,
    loading: () => engineLoading()?.done,
  });
}
