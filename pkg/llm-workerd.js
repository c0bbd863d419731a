import module from "./wasm/laminar_edge_llm_bg.wasm";
import * as glue from "./wasm/laminar_edge_llm_bg.js";
import { provideEngine } from "./lib/llm/engine.js";
import { provideTracing } from "./lib/llm/provide.js";

provideEngine(glue, module);
provideTracing();

export * from "./lib/llm/index.js";
