// Which requests are LLM calls: by host and path, and by the body if the host is unknown.

import assert from "node:assert/strict";
import { test } from "node:test";
import { answering, completion, json, post, start } from "./support.mjs";
import { tracedFetch } from "laminar-edge/llm";

const chat = { model: "m", messages: [{ role: "user", content: "Hi" }] };
const { messages } = chat;
const claude = { ...chat, max_tokens: 5 };
const gemini = { contents: [{ role: "user", parts: [{ text: "Hi" }] }] };
const converse = { messages: [{ role: "user", content: [{ text: "Hi" }] }] };
const input = { model: "m", input: "Hi" };
const gateway = "https://gateway.ai.cloudflare.com/v1/acc/gate";
const rest = "https://api.cloudflare.com/client/v4/accounts/acc/ai";
const google = "https://generativelanguage.googleapis.com";
const vertex =
  "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l";
const bedrock = "https://bedrock-runtime.eu-central-1.amazonaws.com";
const azure = "https://mine.openai.azure.com";

// URL, provider, model, body.
const CALLS = [
  ["https://api.openai.com/v1/chat/completions", "openai", "m", chat],
  ["https://api.openai.com/v1/chat/completions/", "openai", "m", chat],
  ["https://eu.api.openai.com/v1/responses", "openai", "m", input],
  ["https://api.openai.com/v1/embeddings", "openai", "m", input],
  [
    "https://api.openai.com/v1/completions",
    "openai",
    "m",
    { model: "m", prompt: "Hi" },
  ],
  [
    `${azure}/openai/deployments/dep/chat/completions?api-version=1`,
    "azure",
    "dep",
    { messages },
  ],
  [`${azure}/openai/v1/responses`, "azure", "m", input],
  [`${azure}/openai/responses?api-version=1`, "azure", "m", input],
  [
    "https://x.services.ai.azure.com/openai/v1/chat/completions",
    "azure",
    "m",
    chat,
  ],
  ["https://api.anthropic.com/v1/messages", "anthropic", "m", claude],
  ["https://api.anthropic.com/v1/messages?beta=true", "anthropic", "m", claude],
  [
    `${google}/v1beta/models/gemini-2.5-flash:generateContent`,
    "gemini",
    "gemini-2.5-flash",
    gemini,
  ],
  [
    `${google}/v1beta/models/gemini-2.5-flash%3AgenerateContent?key=k`,
    "gemini",
    "gemini-2.5-flash",
    gemini,
  ],
  [
    `${google}/v1/models/g:streamGenerateContent?alt=sse`,
    "gemini",
    "g",
    gemini,
  ],
  [`${google}/v1beta/tunedModels/t:generateContent`, "gemini", "t", gemini],
  [`${google}/v1beta/openai/chat/completions`, "gemini", "m", chat],
  [
    `${vertex}/publishers/google/models/g:generateContent`,
    "vertex_ai",
    "g",
    gemini,
  ],
  [
    `${vertex}/publishers/anthropic/models/claude@1:rawPredict`,
    "vertex_ai",
    "claude@1",
    { ...converse, anthropic_version: "v" },
  ],
  [`${vertex}/endpoints/openapi/chat/completions`, "vertex_ai", "m", chat],
  [
    "https://aiplatform.eu.rep.googleapis.com/v1/projects/p/locations/l/publishers/google/models/g:generateContent",
    "vertex_ai",
    "g",
    gemini,
  ],
  [
    `${bedrock}/model/anthropic.claude-v1%3A0/converse`,
    "bedrock",
    "anthropic.claude-v1:0",
    converse,
  ],
  [
    `${bedrock}/model/arn%3Aaws%3Abedrock%3Ax%2Fy/converse-stream`,
    "bedrock",
    "arn:aws:bedrock:x/y",
    converse,
  ],
  [`${bedrock}/model/a/invoke`, "bedrock", "a", { ...converse, max_tokens: 1 }],
  [`${bedrock}/openai/v1/chat/completions`, "bedrock", "m", chat],
  [
    `${rest}/run/@cf/meta/llama-3.1-8b-instruct`,
    "cloudflare",
    "@cf/meta/llama-3.1-8b-instruct",
    { messages },
  ],
  [
    `${rest}/v1/chat/completions`,
    "cloudflare",
    "@cf/m",
    { ...chat, model: "@cf/m" },
  ],
  [
    `${rest}/v1/chat/completions`,
    "openai",
    "gpt-5",
    { ...chat, model: "openai/gpt-5" },
  ],
  [`${rest}/v1/responses`, "cloudflare", "m", input],
  [
    `${rest}/v1/messages`,
    "anthropic",
    "claude",
    { ...claude, model: "anthropic/claude" },
  ],
  [`${gateway}/openai/chat/completions`, "openai", "m", chat],
  [`${gateway}/openai/responses`, "openai", "m", input],
  [`${gateway}/anthropic/v1/messages`, "anthropic", "m", claude],
  [
    `${gateway}/google-ai-studio/v1beta/models/g:generateContent`,
    "gemini",
    "g",
    gemini,
  ],
  [
    `${gateway}/workers-ai/@cf/meta/llama`,
    "cloudflare",
    "@cf/meta/llama",
    { messages },
  ],
  [`${gateway}/workers-ai/v1/chat/completions`, "cloudflare", "m", chat],
  [
    `${gateway}/azure-openai/res/dep/chat/completions?api-version=1`,
    "azure",
    "dep",
    { messages },
  ],
  [
    `${gateway}/aws-bedrock/bedrock-runtime/us-east-1/model/a/converse`,
    "bedrock",
    "a",
    converse,
  ],
  [
    `${gateway}/google-vertex-ai/v1/projects/p/locations/l/publishers/google/models/g:generateContent`,
    "vertex_ai",
    "g",
    gemini,
  ],
  [`${gateway}/grok/v1/chat/completions`, "xai", "m", chat],
  [`${gateway}/groq/chat/completions`, "groq", "m", chat],
  [`${gateway}/perplexity-ai/chat/completions`, "perplexity", "m", chat],
  [
    `${gateway}/compat/chat/completions`,
    "anthropic",
    "claude",
    { ...chat, model: "anthropic/claude" },
  ],
  [
    `${gateway}/compat/chat/completions`,
    "gemini",
    "g",
    { ...chat, model: "google-ai-studio/g" },
  ],
  [
    "https://openrouter.ai/api/v1/chat/completions",
    "openrouter",
    "a/b",
    { ...chat, model: "a/b" },
  ],
  ["https://api.groq.com/openai/v1/chat/completions", "groq", "m", chat],
  ["https://api.mistral.ai/v1/chat/completions", "mistral", "m", chat],
  ["https://api.deepseek.com/chat/completions", "deepseek", "m", chat],
  ["https://api.deepseek.com/anthropic/v1/messages", "deepseek", "m", claude],
  ["https://openrouter.ai/api/v1/messages", "openrouter", "m", claude],
  ["https://api.anthropic.com/v1/chat/completions", "anthropic", "m", chat],
  ["https://api.perplexity.ai/responses", "perplexity", "m", input],
  ["https://api.moonshot.ai/v1/embeddings", "moonshot", "m", input],
  ["https://api.x.ai/v1/chat/completions", "xai", "m", chat],
  ["https://api.together.xyz/v1/chat/completions", "together_ai", "m", chat],
  [
    "https://api.fireworks.ai/inference/v1/chat/completions",
    "fireworks_ai",
    "m",
    chat,
  ],
  ["https://api.perplexity.ai/chat/completions", "perplexity", "m", chat],
  ["https://api.cerebras.ai/v1/chat/completions", "cerebras", "m", chat],
  [
    "https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions",
    "dashscope",
    "m",
    chat,
  ],
  ["https://ai-gateway.vercel.sh/v1/chat/completions", "gateway", "m", chat],
  ["https://api.cohere.com/v2/chat", "cohere", "m", chat],
  ["http://localhost:11434/v1/chat/completions", "ollama", "m", chat],
  ["http://10.0.0.1:11434/api/chat", "ollama", "m", chat],
  ["https://llm.example.com/some/v1/chat/completions", "openai", "m", chat],
];

test("each LLM call has its provider and model", async (t) => {
  const { fetch, spans } = await start(t);
  for (const [url, , , body] of CALLS)
    await (await fetch(url, post(body))).text();
  const found = (await spans()).map(({ attributes }) => [
    attributes["gen_ai.system"],
    attributes["gen_ai.request.model"],
  ]);
  assert.deepEqual(
    found.map((each, at) => [CALLS[at]?.[0], ...each]),
    CALLS.map(([url, system, model]) => [url, system, model]),
  );
});

const NO_CALLS = [
  ["https://api.openai.com/v1/responses/resp_1", "GET"],
  ["https://api.openai.com/v1/responses", "GET"],
  ["https://api.openai.com/v1/responses/resp_1/cancel"],
  ["https://api.openai.com/v1/responses/input_tokens"],
  ["https://api.openai.com/v1/models", "GET"],
  ["https://api.openai.com/v1/files"],
  ["https://api.openai.com/v1/batches"],
  ["https://api.openai.com/v1/moderations"],
  ["https://api.openai.com/v1/images/generations"],
  ["https://api.openai.com/v1/audio/speech"],
  ["https://api.openai.com/v2/chat/completions/x"],
  ["https://api.anthropic.com/v1/messages/count_tokens"],
  ["https://api.anthropic.com/v1/messages/batches"],
  [`${google}/v1beta/models/g:countTokens`],
  [`${google}/v1beta/models`, "GET"],
  [`${bedrock}/model/a/count-tokens`],
  [`${rest}/models/search`, "GET"],
  [`${gateway}/elevenlabs/v1/text-to-speech`],
  ["https://api.lmnr.ai/v1/traces"],
  ["https://api.lmnr.ai:8443/v1/traces"],
  ["https://example.com/hooks/completions"],
  ["https://example.com/?next=/v1/chat/completions"],
  ["https://example.com/v1/chat/completions#x", "PUT"],
  ["data:application/json,/v1/messages"],
];

test("any other request passes through with its own promise", async (t) => {
  const promise = Promise.resolve(json());
  const args = [];
  const fetch = (...given) => {
    args.push(given);
    return promise;
  };
  const { spans } = await start(t);
  const traced = tracedFetch({ fetch });
  for (const [url, method = "POST"] of NO_CALLS) {
    const init = method === "GET" ? undefined : post(chat, { method });
    assert.equal(traced(url, init), promise, url);
    assert.deepEqual(args.pop(), [url, init]);
  }
  assert.equal(traced(new Request("https://example.com/x")), promise);
  assert.equal(traced(new URL("https://example.com/x")), promise);
  assert.deepEqual(await spans(), []);
});

test("on an unknown host a call needs a request and an answer of a known format", async (t) => {
  const url = "https://example.com/v1/chat/completions";
  const promise = Promise.resolve(json());
  const traced = tracedFetch({ fetch: () => promise });
  const { fetch, spans } = await start(t, () => json({ ok: true }));
  for (const body of [
    "{}",
    "[]",
    "no json",
    '{"model":1,"messages":[]}',
    '{"messages":[]}',
  ])
    assert.equal(traced(url, { method: "POST", body }), promise, body);
  for (const body of [undefined, new FormData(), new URLSearchParams("a=b")])
    assert.equal(traced(url, { method: "POST", body }), promise);
  assert.deepEqual(await (await fetch(url, post(chat))).json(), { ok: true });
  assert.deepEqual(await spans(), []);
});

test("on an unknown host Anthropic's format is recognized", async (t) => {
  const message = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "m",
    content: [{ type: "text", text: "Hi" }],
    stop_reason: "end_turn",
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  const { fetch, one } = await start(t, () => json(message));
  await (
    await fetch("https://llm.example.com/v1/messages", post(claude))
  ).text();
  const { attributes } = await one();
  assert.equal(attributes["gen_ai.system"], "anthropic");
});

test("`providers` names the provider of a host, `provider` that of unknown hosts", async (t) => {
  const { fetch, spans } = await start(t, undefined, {
    llm: {
      providers: { "one.example": "mistral", "LOCALHOST:8080": "vllm" },
      provider: "mine",
    },
  });
  const urls = [
    "https://one.example/x/chat/completions",
    "http://localhost:8080/v1/completions",
    "https://two.example/v1/chat/completions",
  ];
  for (const url of urls)
    await (await fetch(url, post({ ...chat, prompt: "Hi" }))).text();
  const systems = (await spans()).map(
    ({ attributes }) => attributes["gen_ai.system"],
  );
  assert.deepEqual(systems, ["mistral", "vllm", "mine"]);
});

test("bodies as text, bytes and small Requests of known length are read", async (t) => {
  // A real answer takes time.
  const { fetch, spans, asked } = await start(t, async () => {
    await new Promise((done) => setTimeout(done, 20));
    return json();
  });
  const url = "https://api.openai.com/v1/chat/completions";
  const text = JSON.stringify(chat);
  const bytes = new TextEncoder().encode(text);
  const request = new Request(url, {
    ...post(chat),
    headers: {
      "content-type": "application/json",
      "content-length": String(text.length),
    },
  });
  const unknown = new Request(url, post(chat));
  for (const args of [
    [url, { method: "post", body: text }],
    [new URL(url), { method: "POST", body: bytes }],
    [url, { method: "POST", body: bytes.buffer }],
    [request],
    [unknown],
    [url, { method: "POST", body: new Blob([text]) }],
  ])
    await (await fetch(...args)).text();
  assert.equal(asked[3][0], request);
  assert.equal(request.bodyUsed, false);
  assert.equal(await request.text(), text);
  assert.equal(await unknown.text(), text);
  const inputs = (await spans()).map(
    ({ attributes }) => "gen_ai.input.messages" in attributes,
  );
  assert.deepEqual(inputs, [true, true, true, true, false, false]);
});

test("AI Gateway's universal endpoint: the entry that answered is recorded, without headers", async (t) => {
  const entries = [
    {
      provider: "openai",
      endpoint: "chat/completions",
      headers: { authorization: "Bearer SECRET" },
      query: chat,
    },
    {
      provider: "workers-ai",
      endpoint: "@cf/meta/llama",
      headers: { authorization: "Bearer SECRET" },
      query: { messages: chat.messages },
    },
  ];
  const steps = ["0", "1", undefined];
  const { fetch, spans } = await start(t, (n) =>
    json(completion, { headers: steps[n] ? { "cf-aig-step": steps[n] } : {} }),
  );
  for (const _ of steps) await (await fetch(gateway, post(entries))).text();
  const found = await spans();
  assert.deepEqual(
    found.map(({ attributes }) => [
      attributes["gen_ai.system"],
      attributes["gen_ai.request.model"],
    ]),
    [
      ["openai", "m"],
      ["cloudflare", "@cf/meta/llama"],
      ["openai", "m"],
    ],
  );
  assert.doesNotMatch(
    JSON.stringify(found, (_, value) =>
      typeof value === "bigint" ? String(value) : value,
    ),
    /SECRET/,
  );
});

test("a traced fetch keeps `this`", async (t) => {
  const { spans } = await start(t);
  const { fetch } = answering();
  const self = {};
  let seen;
  const traced = tracedFetch({
    fetch(...args) {
      seen = this;
      return fetch(...args);
    },
  });
  await (await traced.call(self, CALLS[0][0], post(chat))).text();
  assert.equal(seen, self);
  assert.equal((await spans()).length, 1);
});

test("in a page, addresses may be relative", async (t) => {
  const warned = t.mock.method(console, "warn", () => {});
  globalThis.location = { href: "https://app.example/chat.html" };
  t.after(() => delete globalThis.location);
  const { fetch, spans } = await start(t, () => json(completion));
  await (await fetch("/proxy/chat/completions", post(chat))).text();
  await (await fetch("/api/chat", post({ text: "Hi" }))).text();
  const found = await spans();
  assert.deepEqual(
    found.map(({ attributes }) => attributes["server.address"]),
    ["app.example"],
  );
  assert.deepEqual(warned.mock.calls, []);
});
