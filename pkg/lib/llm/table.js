// Which hosts and paths are LLM calls. A host comes first, then its paths: `{}` is one segment, `{model}` the
// model's name, `{...}` anything. The names of providers are those of Laminar's price list.

import * as formats from "./formats.js";

/**
 * A path, its format, and whether the path asks for a stream.
 * @typedef {[path: string, format: number, stream?: boolean]} Rule
 * @typedef {{ system: string, rules: Rule[] }} Provider
 */

/** What most providers offer: OpenAI's paths and Anthropic's. @type {Rule[]} */
const COMMON = [
  ["/chat/completions", formats.OPENAI_CHAT],
  ["/completions", formats.OPENAI_COMPLETIONS],
  ["/responses", formats.OPENAI_RESPONSES],
  ["/embeddings", formats.OPENAI_EMBEDDINGS],
  ["/messages", formats.ANTHROPIC_MESSAGES],
];
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
  ...below("/openai/v1", COMMON),
];
/** @type {Rule[]} */
const VERTEX = [
  ...below("{...}/publishers/google/models/", GEMINI),
  ...below("{...}/publishers/anthropic/models/", [
    ["{model}:rawPredict", formats.ANTHROPIC_MESSAGES],
    ["{model}:streamRawPredict", formats.ANTHROPIC_MESSAGES, true],
  ]),
  ...below("{...}/endpoints/openapi", COMMON),
];
/** @type {Rule[]} */
const AZURE = [
  ...below("/openai/deployments/{model}", COMMON),
  ...below("/openai/v1", COMMON),
  ["/openai/responses", formats.OPENAI_RESPONSES],
];

/** @param {string} prefix @param {Rule[]} rules @returns {Rule[]} */
function below(prefix, rules) {
  return rules.map(([path, ...rest]) => [prefix + path, ...rest]);
}

/** @param {string} system @param {Rule[]} rules @returns {Provider} */
const provider = (system, rules) => ({ system, rules });

const openai = provider("openai", below("/v1", COMMON));
const azure = provider("azure", AZURE);
const gemini = provider("gemini", [
  ...below("/{}/models/", GEMINI),
  ...below("/{}/tunedModels/", GEMINI),
  ...below("/{}/openai", COMMON),
]);
// Its models may be those of other providers, with the provider's name in front.
const cloudflare = provider(
  "cloudflare",
  below("/client/v4/accounts/{}/ai", [
    ["/run/{model}", formats.WORKERS_AI],
    ["/run", formats.WORKERS_AI],
    ...below("/v1", COMMON),
  ]),
);
const together = provider("together_ai", below("/v1", COMMON));
const moonshot = provider("moonshot", below("/v1", COMMON));
const deepseek = provider("deepseek", [
  ...COMMON,
  ...below("/v1", COMMON),
  ...below("/beta", COMMON),
  ...below("/anthropic/v1", COMMON),
]);

/** @type {Record<string, Provider>} */
export const HOSTS = {
  "api.openai.com": openai,
  "api.anthropic.com": provider("anthropic", [
    ...below("/v1", COMMON),
    ["/v1/complete", formats.ANTHROPIC_MESSAGES],
  ]),
  "generativelanguage.googleapis.com": gemini,
  "api.cloudflare.com": cloudflare,
  "openrouter.ai": provider("openrouter", below("/api/v1", COMMON)),
  "api.groq.com": provider("groq", below("/openai/v1", COMMON)),
  "api.mistral.ai": provider(
    "mistral",
    below("/v1", [...COMMON, ["/fim/completions", formats.OPENAI_CHAT]]),
  ),
  "api.deepseek.com": deepseek,
  "api.x.ai": provider("xai", below("/v1", COMMON)),
  "api.together.xyz": together,
  "api.together.ai": together,
  "api.fireworks.ai": provider("fireworks_ai", below("/inference/v1", COMMON)),
  "api.perplexity.ai": provider("perplexity", COMMON),
  "api.cerebras.ai": provider("cerebras", below("/v1", COMMON)),
  "api.moonshot.ai": moonshot,
  "api.moonshot.cn": moonshot,
  "api.sambanova.ai": provider("sambanova", below("/v1", COMMON)),
  "integrate.api.nvidia.com": provider("nvidia_nim", below("/v1", COMMON)),
  "router.huggingface.co": provider("huggingface", below("{...}/v1", COMMON)),
  "models.github.ai": provider("github", below("{...}", COMMON)),
  "ai-gateway.vercel.sh": provider("gateway", below("/v1", COMMON)),
  "api.cohere.com": provider("cohere", [
    ["/v2/chat", formats.COHERE_CHAT],
    ...below("/compatibility/v1", COMMON),
  ]),
};

/** Hosts with a part that varies. @type {[host: RegExp, provider: Provider][]} */
export const HOST_PATTERNS = [
  [/^[a-z0-9-]+\.api\.openai\.com$/, openai],
  [
    /\.(?:openai\.azure\.com|cognitiveservices\.azure\.com|services\.ai\.azure\.com)$/,
    azure,
  ],
  [
    /^(?:[a-z0-9-]+-)?aiplatform\.googleapis\.com$|^aiplatform\.[a-z0-9-]+\.rep\.googleapis\.com$/,
    provider("vertex_ai", VERTEX),
  ],
  [
    /^bedrock-runtime(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/,
    provider("bedrock", BEDROCK),
  ],
  [
    /^dashscope[a-z0-9-]*\.aliyuncs\.com$/,
    provider("dashscope", below("/compatible-mode/v1", COMMON)),
  ],
];

export const OLLAMA_PORT = "11434";
export const OLLAMA = provider("ollama", [
  ...below("/v1", COMMON),
  ["/api/chat", formats.OLLAMA_CHAT],
  ["/api/generate", formats.OLLAMA_GENERATE],
]);

/** For unknown hosts, where the body must fit too. @type {Rule[]} */
export const ANYWHERE = [
  ["{...}/chat/completions", formats.OPENAI_CHAT],
  ["{...}/v1/messages", formats.ANTHROPIC_MESSAGES],
  ["{...}/responses", formats.OPENAI_RESPONSES],
  ["{...}/embeddings", formats.OPENAI_EMBEDDINGS],
];

/** For hosts that the program has named. @type {Rule[]} */
export const NAMED = [
  ...ANYWHERE,
  ["{...}/completions", formats.OPENAI_COMPLETIONS],
  ["{...}/messages", formats.ANTHROPIC_MESSAGES],
  ...below("{...}/models/", GEMINI),
  ...VERTEX,
  ...below("{...}", BEDROCK),
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
  return Object.values(HOSTS).find(({ system }) => system === name)?.system;
}

/** The paths behind a provider's name in the gateway's paths. @type {Record<string, Rule[]>} */
export const GATEWAY_RULES = {
  gemini: [...below("/{}/models/", GEMINI), ...below("{...}/openai", COMMON)],
  vertex_ai: VERTEX,
  bedrock: below("/bedrock-runtime/{}", BEDROCK),
  azure: below("/{}/{model}", COMMON),
  cloudflare: [...below("/v1", COMMON), ["/{model}", formats.WORKERS_AI]],
  cohere: [
    ["/v2/chat", formats.COHERE_CHAT],
    ["/chat", formats.COHERE_CHAT],
    ...ANYWHERE,
  ],
};
export const GATEWAY_OTHERS = NAMED;
