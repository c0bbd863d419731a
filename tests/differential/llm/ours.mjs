// The clients, traced by our SDK.

import { Laminar } from "laminar-edge";
import { wrapAnthropic, wrapGoogleGenAI, wrapOpenAI } from "laminar-edge/llm";
import { plainClients } from "./clients.mjs";

const plain = plainClients();

export { Laminar };
export const modules = {};
export const clients = {
  openai: (url) => wrapOpenAI(plain.openai(url)),
  anthropic: (url) => wrapAnthropic(plain.anthropic(url)),
  genai: (url) => wrapGoogleGenAI(plain.genai(url)),
};
