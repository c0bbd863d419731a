import deflated from "./wasm/laminar_edge_llm_inlined.js";
import * as glue from "./wasm/laminar_edge_llm_bg.js";
import { provideLateEngine } from "./lib/llm/late.js";
import { provideTracing } from "./lib/llm/provide.js";
import { compileDeflated } from "./lib/runtime/inflate.js";

provideLateEngine(glue, compileDeflated(deflated));
provideTracing();

export * from "./lib/llm/index.js";
