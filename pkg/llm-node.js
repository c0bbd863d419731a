import { readFileSync } from "node:fs";
import * as glue from "./wasm/laminar_edge_llm_bg.js";
import { provideEngine } from "./lib/llm/engine.js";
import { provideLateEngine } from "./lib/llm/late.js";
import { provideTracing } from "./lib/llm/provide.js";

const module = fromFile();
if (module === undefined) provideLateEngine(glue, fromBundle());
else provideEngine(glue, module);
provideTracing();

export * from "./lib/llm/index.js";

function fromFile() {
  try {
    const wasm = new URL("./wasm/laminar_edge_llm_bg.wasm", import.meta.url);
    return new WebAssembly.Module(readFileSync(wasm));
  } catch {
    return undefined;
  }
}

/** Loads the inlined module, because a bundle in one file has no wasm file beside it. */
async function fromBundle() {
  const [{ compileDeflated }, { default: deflated }] = await Promise.all([
    import("./lib/runtime/inflate.js"),
    import("./wasm/laminar_edge_llm_inlined.js"),
  ]);
  return compileDeflated(deflated);
}
