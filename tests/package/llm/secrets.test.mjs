// Secrets in every place where a request or an answer may have one: none of them is in a span or on the console.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { tracedFetch } from "laminar-edge/llm";
import { json, post, start } from "./support.mjs";

const SECRET = "sEcReT-0123456789";
const chat = { model: "m", messages: [{ role: "user", content: "Hi" }] };

const HEADERS = [
  "authorization",
  "x-api-key",
  "api-key",
  "x-goog-api-key",
  "cf-aig-authorization",
  "x-amz-security-token",
  "cookie",
  "x-stainless-retry-count",
];

const URLS = [
  `https://api.openai.com/v1/chat/completions?api_key=${SECRET}`,
  `https://generativelanguage.googleapis.com/v1beta/models/g:generateContent?key=${SECRET}`,
  `https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse?X-Amz-Signature=${SECRET}`,
  `https://user:${SECRET}@llm.example.com/v1/chat/completions`,
  `https://api.openai.com/v1/chat/completions#${SECRET}`,
];

const BODIES = {
  "https://api.openai.com/v1/responses": {
    model: "m",
    input: "Hi",
    tools: [
      {
        type: "mcp",
        server_label: "s",
        server_url: "https://mcp.example.com",
        authorization: SECRET,
        headers: { authorization: SECRET },
      },
    ],
  },
  "https://api.anthropic.com/v1/messages": {
    ...chat,
    max_tokens: 5,
    mcp_servers: [{ type: "url", name: "s", authorization_token: SECRET }],
  },
  "https://gateway.ai.cloudflare.com/v1/a/g": [
    {
      provider: "openai",
      endpoint: `chat/completions?key=${SECRET}`,
      headers: { Authorization: `Bearer ${SECRET}` },
      query: chat,
    },
  ],
};

const answerHeaders = {
  "set-cookie": `session=${SECRET}`,
  "x-openai-organization": SECRET,
  "openai-organization": SECRET,
  location: `https://example.com/?key=${SECRET}`,
};

test("no secret is in a span or on the console", async (t) => {
  const said = [];
  for (const method of ["warn", "log", "error"]) {
    const mocked = mock.method(console, method, (...args) =>
      said.push(...args),
    );
    t.after(() => mocked.mock.restore());
  }
  const { collector, delivered, fetch } = await start(t, () =>
    json({ ...chat }, { headers: answerHeaders }),
  );
  const headers = Object.fromEntries(HEADERS.map((name) => [name, SECRET]));
  for (const url of URLS) {
    const body = url.includes("generateContent") ? { contents: [] } : chat;
    await (await fetch(url, post(body, { headers }))).text();
    await (
      await fetch(url, post(body, { headers: new Headers(headers) }))
    ).text();
    await (
      await fetch(url, post(body, { headers: Object.entries(headers) }))
    ).text();
  }
  for (const [url, body] of Object.entries(BODIES))
    await (await fetch(url, post(body, { headers }))).text();
  // The errors of some runtimes contain the whole URL.
  const failing = tracedFetch({
    async fetch(url) {
      const error = new TypeError(`error sending request for url (${url})`);
      throw error;
    },
  });
  for (const url of URLS)
    await assert.rejects(
      failing(
        url,
        post(url.includes("generateContent") ? { contents: [] } : chat),
      ),
    );
  await delivered();
  assert.ok(
    collector.spans.length >= 4 * URLS.length,
    String(collector.spans.length),
  );
  const everything = JSON.stringify([collector.spans, said], (_, value) =>
    typeof value === "bigint" ? String(value) : value,
  );
  assert.ok(
    !everything.includes(SECRET),
    everything
      .slice(Math.max(0, everything.indexOf(SECRET) - 300))
      .slice(0, 500),
  );
});
