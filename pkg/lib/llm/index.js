// What every entry of `laminar-edge/llm` exports.

export { instrumentFetch, tracedFetch } from "./fetch.js";
export {
  wrapClient,
  wrapClient as wrapAnthropic,
  wrapClient as wrapOpenAI,
  wrapGoogleGenAI,
} from "./clients.js";
export { wrapWorkersAI } from "./workers-ai.js";
