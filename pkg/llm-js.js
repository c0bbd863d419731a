// For hosts without WebAssembly: calls pass through, and their spans say what JavaScript alone knows.
import { provideTracing } from "./lib/llm/provide.js";

provideTracing();

export * from "./lib/llm/index.js";
