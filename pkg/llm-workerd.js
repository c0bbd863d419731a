import module from "./wasm/laminar_edge_llm_bg.wasm";
import * as glue from "./wasm/laminar_edge_llm_bg.js";
import { provideTracing } from "./lib/llm/provide.js";

provideTracing(glue, module);

export * from "./lib/llm/index.js";
