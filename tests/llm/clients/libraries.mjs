// The clients in all versions, and the ways to trace them. Runs in any runtime.

import * as ai5 from "ai5";
import * as ai6 from "ai6";
import * as ai7 from "ai7";
import Anthropic0 from "anthropic0";
import Anthropic1 from "anthropic1";
import { GoogleGenAI as GenAI1 } from "genai1";
import { GoogleGenAI as GenAI2 } from "genai2";
import { createOpenAI as createOpenAI5 } from "openai-of-ai5";
import { createOpenAI as createOpenAI6 } from "openai-of-ai6";
import { createOpenAI as createOpenAI7 } from "openai-of-ai7";
import OpenAI5 from "openai5";
import OpenAI6 from "openai6";
import OpenAI7, { AzureOpenAI } from "openai7";
import {
  tracedFetch,
  wrapAnthropic,
  wrapGoogleGenAI,
  wrapOpenAI,
} from "laminar-edge/llm";
import { redirectedFetch } from "../stand-in/redirect.mjs";
import { programs as ofAi } from "./programs/ai.mjs";
import { programs as ofAnthropic } from "./programs/anthropic.mjs";
import { programs as ofGenAi } from "./programs/genai.mjs";
import {
  azurePrograms,
  deepSeekPrograms,
  openRouterPrograms,
  programs as ofOpenAi,
} from "./programs/openai.mjs";

/** Traces a client like those of `openai` and `@anthropic-ai/sdk`, which one generator makes. */
function generated(Client, wrap, programs, options) {
  const make = (fetch) =>
    new Client({ apiKey: "planted-key", fetch, ...options });
  return {
    programs,
    ways: {
      plain: (url) => make(redirectedFetch(url)),
      wrapped: (url) => wrap(make(redirectedFetch(url))),
      "with a fetch": (url) =>
        make(tracedFetch({ fetch: redirectedFetch(url) })),
    },
  };
}

/** Version 1 has no option for fetch, so its requests are redirected to `url`. */
function genAi(Client, takesFetch) {
  const make = (url, fetch) => {
    const httpOptions = fetch && { fetch };
    const client = new Client({ apiKey: "planted-key", httpOptions });
    if (fetch) return client;
    const { apiClient } = client;
    const { apiCall } = apiClient;
    apiClient.apiCall = function (given, ...rest) {
      const { pathname, search } = new URL(given);
      return apiCall.call(this, new URL(pathname + search, url).href, ...rest);
    };
    return client;
  };
  return {
    programs: ofGenAi,
    ways: {
      plain: (url) => make(url, takesFetch && redirectedFetch(url)),
      wrapped: (url) =>
        wrapGoogleGenAI(make(url, takesFetch && redirectedFetch(url))),
      ...(takesFetch && {
        "with a fetch": (url) =>
          make(url, tracedFetch({ fetch: redirectedFetch(url) })),
      }),
    },
  };
}

function aiSdk(ai, createOpenAI) {
  const make = (fetch) => ({
    ai,
    openai: createOpenAI({ apiKey: "planted-key", fetch }),
  });
  return {
    programs: ofAi,
    ways: {
      plain: (url) => make(redirectedFetch(url)),
      "with a fetch": (url) =>
        make(tracedFetch({ fetch: redirectedFetch(url) })),
    },
  };
}

export const LIBRARIES = {
  "openai 5": generated(OpenAI5, wrapOpenAI, ofOpenAi),
  "openai 6": generated(OpenAI6, wrapOpenAI, ofOpenAi),
  "openai 7": generated(OpenAI7, wrapOpenAI, ofOpenAi),
  "openai 7 at Azure": generated(AzureOpenAI, wrapOpenAI, azurePrograms, {
    endpoint: "https://res.openai.azure.com",
    apiVersion: "2024-10-21",
    deployment: "my-deployment",
  }),
  "openai 7 at OpenRouter": generated(OpenAI7, wrapOpenAI, openRouterPrograms, {
    baseURL: "https://openrouter.ai/api/v1",
  }),
  "openai 7 at DeepSeek": generated(OpenAI7, wrapOpenAI, deepSeekPrograms, {
    baseURL: "https://api.deepseek.com",
  }),
  "@anthropic-ai/sdk 0": generated(Anthropic0, wrapAnthropic, ofAnthropic),
  "@anthropic-ai/sdk 1": generated(Anthropic1, wrapAnthropic, ofAnthropic),
  "@google/genai 1": genAi(GenAI1, false),
  "@google/genai 2": genAi(GenAI2, true),
  "ai 5": aiSdk(ai5, createOpenAI5),
  "ai 6": aiSdk(ai6, createOpenAI6),
  "ai 7": aiSdk(ai7, createOpenAI7),
};

/** Resolves to what the program returns, or to what it throws. */
export async function runProgram({ library, program, way, url, requests }) {
  const { programs, ways } = LIBRARIES[library];
  try {
    return { returned: await programs[program].run(ways[way](url), requests) };
  } catch (error) {
    return { threw: `${error?.name}: ${error?.message}` };
  }
}
