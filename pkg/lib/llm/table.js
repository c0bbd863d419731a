// Which hosts and paths are LLM calls. A host comes first, then its paths: `{}` is one segment, `{model}` the
// model's name, `{...}` anything. The names of providers are those of Laminar's price list.

import * as formats from "./formats.js";

/**
 * A path, its format, and whether the path asks for a stream; or a prefix and the rules below it.
 * @typedef {[path: string, then: number | Rule[], stream?: boolean]} Rule
 * @typedef {[system: string, rules: Rule[]]} Provider
 */

/** What most providers offer: OpenAI's paths and Anthropic's. @type {Rule[]} */
const COMMON = [
  ["/chat/completions", formats.OPENAI_CHAT],
  ["/completions", formats.OPENAI_COMPLETIONS],
  ["/responses", formats.OPENAI_RESPONSES],
  ["/embeddings", formats.OPENAI_EMBEDDINGS],
  ["/messages", formats.ANTHROPIC_MESSAGES],
];
/** @type {Rule} */
const V1 = ["/v1", COMMON];
/** @type {Rule[]} */
const GEMINI = [
  ["{model}:generateContent", formats.GEMINI],
  ["{model}:streamGenerateContent", formats.GEMINI, true],
  ["{model}:embedContent", formats.GEMINI_EMBEDDINGS],
  ["{model}:batchEmbedContents", formats.GEMINI_EMBEDDINGS],
];
/** @type {Rule[]} */
const BEDROCK = [
  ["/model/{model}/converse", formats.BEDROCK_CONVERSE],
  ["/model/{model}/converse-stream", formats.BEDROCK_CONVERSE, true],
  ["/model/{model}/invoke", formats.BEDROCK_INVOKE],
  ["/model/{model}/invoke-with-response-stream", formats.BEDROCK_INVOKE, true],
  ["/openai/v1", COMMON],
];
/** @type {Rule[]} */
const VERTEX = [
  ["{...}/publishers/google/models/", GEMINI],
  [
    "{...}/publishers/anthropic/models/",
    [
      ["{model}:rawPredict", formats.ANTHROPIC_MESSAGES],
      ["{model}:streamRawPredict", formats.ANTHROPIC_MESSAGES, true],
    ],
  ],
  ["{...}/endpoints/openapi", COMMON],
];

/** @type {Provider} */
const openai = ["openai", [V1]];
/** @type {Provider} */
const together = ["together_ai", [V1]];
/** @type {Provider} */
const moonshot = ["moonshot", [V1]];

/** @type {Record<string, Provider>} */
export const HOSTS = {
  "api.openai.com": openai,
  "api.anthropic.com": [
    "anthropic",
    [V1, ["/v1/complete", formats.ANTHROPIC_MESSAGES]],
  ],
  "generativelanguage.googleapis.com": [
    "gemini",
    [
      ["/{}/models/", GEMINI],
      ["/{}/tunedModels/", GEMINI],
      ["/{}/openai", COMMON],
    ],
  ],
  // Its models may be those of other providers, with the provider's name in front.
  "api.cloudflare.com": [
    "cloudflare",
    [
      [
        "/client/v4/accounts/{}/ai",
        [
          ["/run/{model}", formats.WORKERS_AI],
          ["/run", formats.WORKERS_AI],
          V1,
        ],
      ],
    ],
  ],
  "openrouter.ai": ["openrouter", [["/api/v1", COMMON]]],
  "api.groq.com": ["groq", [["/openai/v1", COMMON]]],
  "api.mistral.ai": [
    "mistral",
    [V1, ["/v1/fim/completions", formats.OPENAI_CHAT]],
  ],
  "api.deepseek.com": [
    "deepseek",
    [["", COMMON], V1, ["/beta", COMMON], ["/anthropic/v1", COMMON]],
  ],
  "api.x.ai": ["xai", [V1]],
  "api.together.xyz": together,
  "api.together.ai": together,
  "api.fireworks.ai": ["fireworks_ai", [["/inference/v1", COMMON]]],
  "api.perplexity.ai": ["perplexity", COMMON],
  "api.cerebras.ai": ["cerebras", [V1]],
  "api.moonshot.ai": moonshot,
  "api.moonshot.cn": moonshot,
  "api.sambanova.ai": ["sambanova", [V1]],
  "integrate.api.nvidia.com": ["nvidia_nim", [V1]],
  "router.huggingface.co": ["huggingface", [["{...}/v1", COMMON]]],
  "models.github.ai": ["github", [["{...}", COMMON]]],
  "ai-gateway.vercel.sh": ["gateway", [V1]],
  "api.cohere.com": [
    "cohere",
    [
      ["/v2/chat", formats.COHERE_CHAT],
      ["/compatibility/v1", COMMON],
    ],
  ],
};

/** Hosts with a part that varies. @type {[host: RegExp, provider: Provider][]} */
export const HOST_PATTERNS = [
  [/^[a-z0-9-]+\.api\.openai\.com$/, openai],
  [
    /\.(?:openai|cognitiveservices|services\.ai)\.azure\.com$/,
    [
      "azure",
      [
        ["/openai/deployments/{model}", COMMON],
        ["/openai/v1", COMMON],
        ["/openai/responses", formats.OPENAI_RESPONSES],
      ],
    ],
  ],
  [
    /^(?:[a-z0-9-]+-)?aiplatform\.googleapis\.com$|^aiplatform\.[a-z0-9-]+\.rep\.googleapis\.com$/,
    ["vertex_ai", VERTEX],
  ],
  [
    /^bedrock-runtime(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/,
    ["bedrock", BEDROCK],
  ],
  [
    /^dashscope[a-z0-9-]*\.aliyuncs\.com$/,
    ["dashscope", [["/compatible-mode/v1", COMMON]]],
  ],
];

export const OLLAMA_PORT = "11434";
/** @type {Rule[]} */
export const OLLAMA = [
  V1,
  ["/api/chat", formats.OLLAMA_CHAT],
  ["/api/generate", formats.OLLAMA_GENERATE],
];

/** For unknown hosts, where the body must fit too. @type {Rule[]} */
export const ANYWHERE = [
  ["{...}/chat/completions", formats.OPENAI_CHAT],
  ["{...}/v1/messages", formats.ANTHROPIC_MESSAGES],
  ["{...}/responses", formats.OPENAI_RESPONSES],
  ["{...}/embeddings", formats.OPENAI_EMBEDDINGS],
];

/** For hosts that the program has named. @type {Rule[]} */
export const NAMED = [
  ["", ANYWHERE],
  ["{...}/completions", formats.OPENAI_COMPLETIONS],
  ["{...}/messages", formats.ANTHROPIC_MESSAGES],
  ["{...}/models/", GEMINI],
  ["", VERTEX],
  ["{...}", BEDROCK],
  ["{...}/api/chat", formats.OLLAMA_CHAT],
  ["{...}/api/generate", formats.OLLAMA_GENERATE],
  ["{...}/v2/chat", formats.COHERE_CHAT],
];

export const GATEWAY_HOST = "gateway.ai.cloudflare.com";

/** Providers whose names in the AI Gateway differ from those elsewhere. @type {Record<string, string>} */
const OTHER_WORDS = {
  "google-ai-studio": "gemini",
  grok: "xai",
  "workers-ai": "cloudflare",
  "perplexity-ai": "perplexity",
  "azure-openai": "azure",
  "aws-bedrock": "bedrock",
  "google-vertex-ai": "vertex_ai",
};
/**
 * Returns the name of a provider in the gateway's paths; undefined if it has no LLMs.
 * @param {string} name
 * @returns {string | undefined}
 */
export function systemOf(name) {
  if (Object.hasOwn(OTHER_WORDS, name)) return OTHER_WORDS[name];
  return Object.values(HOSTS).find(([system]) => system === name)?.[0];
}

/** The paths behind a provider's name in the gateway's paths; those of `NAMED` where it has none here. @type {Record<string, Rule[]>} */
export const GATEWAY_RULES = {
  gemini: [
    ["/{}/models/", GEMINI],
    ["{...}/openai", COMMON],
  ],
  vertex_ai: VERTEX,
  bedrock: [["/bedrock-runtime/{}", BEDROCK]],
  azure: [["/{}/{model}", COMMON]],
  cloudflare: [V1, ["/{model}", formats.WORKERS_AI]],
  cohere: [
    ["/v2/chat", formats.COHERE_CHAT],
    ["/chat", formats.COHERE_CHAT],
    ["", ANYWHERE],
  ],
};
