// For hosts without WebAssembly: calls are not changed, and their spans have only what JavaScript knows.
import { provideTracing } from "./lib/llm/provide.js";

provideTracing();

export * from "./lib/llm/index.js";
