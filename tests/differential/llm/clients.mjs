// Clients whose calls go to the stand-in.

import * as anthropic from "../../llm/clients/node_modules/anthropic0/index.mjs";
import * as genai from "../../llm/clients/node_modules/genai2/dist/node/index.mjs";
import OpenAI from "../../llm/clients/node_modules/openai6/index.mjs";
import { redirectedFetch } from "../../llm/stand-in/redirect.mjs";

const apiKey = "planted-key";

/** The modules that the official SDK patches. */
export const modules = { OpenAI, anthropic, google_genai: genai };

export const plainClients = () => ({
  openai: (url) => new OpenAI({ apiKey, fetch: redirectedFetch(url) }),
  anthropic: (url) =>
    new anthropic.Anthropic({ apiKey, fetch: redirectedFetch(url) }),
  genai: (url) =>
    new genai.GoogleGenAI({
      apiKey,
      httpOptions: { fetch: redirectedFetch(url) },
    }),
});
