// How each program of the documents that can run in Node is run there.

import assert from "node:assert/strict";
import { once } from "node:events";
import { startCollector } from "../support/collector.mjs";
import { inNode, outputOf, startNode } from "./run.mjs";

const IMPORT = `import { Laminar, observe } from "laminar-edge";
  Laminar.initialize();
`;
const AGENT = `
  const agent = (request) => observe({ name: "think" }, () => request.url);
`;
const REQUEST = `new Request("https://example.com/ask")`;
// What the platforms pass to a handler, and what they wait for.
const CONTEXT = `
  const waited = [];
  const ctx = { waitUntil: (promise) => waited.push(promise) };
  Object.assign(globalThis, { waited, ctx });
`;
const FLUSH = `
  await Laminar.flush();
`;

// Answers of providers, in their own formats.
const OPENAI = {
  id: "1",
  model: "gpt-4o-mini",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: "because" },
      finish_reason: "stop",
    },
  ],
};
const ANTHROPIC = {
  id: "1",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-5",
  content: [{ type: "text", text: "because" }],
  stop_reason: "end_turn",
  usage: { input_tokens: 3, output_tokens: 5 },
};
const GEMINI = {
  candidates: [
    {
      content: { role: "model", parts: [{ text: "because" }] },
      finishReason: "STOP",
    },
  ],
};
const BEDROCK = {
  output: { message: { role: "assistant", content: [{ text: "because" }] } },
  stopReason: "end_turn",
  usage: { inputTokens: 3, outputTokens: 5, totalTokens: 8 },
};
/** Makes every provider give one answer; other requests are not changed. */
const provider = (answer) => `
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) =>
    /^https:/.test(input) ? Response.json(${JSON.stringify(answer)}) : send(input, init);
`;
// A stand-in for the client. The tests in tests/llm use the real one.
const GENAI = `export class GoogleGenAI {
  apiClient = { apiCall: (url, init) => fetch(url, init) };
  models = {
    generateContent: async ({ model, contents }) => {
      const url = "https://generativelanguage.googleapis.com/v1beta/models/" + model + ":generateContent";
      const body = JSON.stringify({ contents: [{ role: "user", parts: [{ text: contents }] }] });
      return (await this.apiClient.apiCall(url, { method: "POST", body })).json();
    },
  };
}`;

export const IN_NODE = {
  "README.md#install": inNode({
    before: `${IMPORT}${CONTEXT} observe({ name: "answer" }, () => 1);`,
    after: `await Promise.all(waited);`,
    prints: /ok: true,\s+exported: 1/,
    spans: ["answer"],
  }),

  "README.md#install 2": inNode({
    before: `import { LaminarAttributes } from "laminar-edge"; ${IMPORT}
      const [question, messages] = ["why?", [{ role: "user", content: "why?" }]];
      const search = async (question) => [question];
      const chat = async () => {
        observe({ name: "request" }, () => 1);
        return {
          usage: { prompt_tokens: 3, completion_tokens: 5 },
          choices: [{ message: { role: "assistant", content: "because" } }],
        };
      };`,
    after: FLUSH,
    spans: ["search", "chat", "request"],
  }),

  "docs/delivery.md#the-ledger": async (t, program) => {
    const [, comment] = /\/\/ \{ (.*) \}/.exec(program);
    const documented = comment.replace(/: \{.*?\}/g, "").split(", ");
    await inNode({
      before: IMPORT,
      after: `console.log(Object.keys(Laminar.stats()).join());`,
      prints: new RegExp(`^${documented.join()}\n$`),
      spans: [],
    })(t, program);
  },

  "docs/streams.md#promises": inNode({
    before: `import OpenAI from "openai"; ${IMPORT}
      const message = { role: "assistant", content: "because" };
      const answer = { id: "1", choices: [{ index: 0, message, finish_reason: "stop" }] };
      const client = new OpenAI({ apiKey: "key", fetch: async () => Response.json(answer) });
      const request = { model: "m", messages: [{ role: "user", content: "why?" }] };`,
    after: `console.log(data.choices[0].message.content, response.status); ${FLUSH}`,
    prints: /because 200/,
    spans: ["chat"],
  }),

  "docs/llm.md#options": inNode({
    before: `import "laminar-edge/llm"; ${IMPORT} ${provider(OPENAI)}
      const text = "long";
      const summarize = async (content) => {
        const messages = [{ role: "user", content }];
        const body = JSON.stringify({ model: "m", messages });
        const url = "https://api.openai.com/v1/chat/completions";
        return (await Laminar.fetch(url, { method: "POST", body })).json();
      };`,
    after: `console.log(answer.choices[0].message.content); ${FLUSH}`,
    prints: /^because\n$/,
    spans: ["summary"],
  }),

  "docs/llm-openai.md#openai-and-compatible-clients": inNode({
    before: `${IMPORT} ${provider(OPENAI)} process.env.OPENAI_API_KEY = "key";`,
    after: `console.log(completion.choices[0].message.content); ${FLUSH}`,
    prints: /^because\n$/,
    spans: ["chat gpt-4o-mini"],
  }),

  "docs/llm-anthropic.md#anthropic": inNode({
    before: `${IMPORT} ${provider(ANTHROPIC)} process.env.ANTHROPIC_API_KEY = "key";`,
    after: `console.log(message.content[0].text); ${FLUSH}`,
    prints: /^because\n$/,
    spans: ["chat claude-sonnet-5"],
  }),

  "docs/llm-gemini.md#gemini-and-vertex": inNode({
    before: `${IMPORT} ${provider(GEMINI)}`,
    modules: { "@google/genai": GENAI },
    after: `console.log(answer.candidates[0].content.parts[0].text); ${FLUSH}`,
    prints: /^because\n$/,
    spans: ["gemini.generate_content"],
  }),

  "docs/llm-workers-ai.md#workers-ai-and-ai-gateway 2": inNode({
    before: `${IMPORT}
      const sent = 'data: {"response":"because"}\\n\\ndata: [DONE]\\n\\n';
      const env = { AI: { run: async () => new Response(sent).body } };
      const [model, messages] = ["@cf/meta/llama", []];`,
    after: `console.log(await new Response(stream).text()); ${FLUSH}`,
    prints: /because/,
    spans: ["chat @cf/meta/llama"],
  }),

  "docs/llm-bedrock.md#bedrock": inNode({
    before: `${IMPORT.split("\n")[1]} ${provider(BEDROCK)}
      const model = "anthropic.claude-3-haiku-20240307-v1%3A0";
      const signed = { authorization: "AWS4-HMAC-SHA256 …" };
      const body = JSON.stringify({ messages: [{ role: "user", content: [{ text: "why?" }] }] });`,
    after: `console.log((await response.json()).output.message.content[0].text); ${FLUSH}`,
    prints: /^because\n$/,
    spans: ["chat anthropic.claude-3-haiku-20240307-v1:0"],
  }),

  "docs/context.md#across-services": inNode({
    before: `${CONTEXT}
      const url = "https://example.com/agent";
      const send = fetch;
      let request;
      globalThis.fetch = async (input, init) =>
        input === url ? (request = new Request(input, init)) : send(input, init);
      Laminar.initialize();
      const agent = (request) => {
        const { traceId } = Laminar.getCurrentSpan().spanContext();
        console.log(request.headers.get("traceparent").includes(traceId));
      };
      const caller = Laminar.startActiveSpan({ name: "caller" });
      import { Laminar } from "laminar-edge";`,
    after: `caller.end(); ${FLUSH}`,
    prints: /^true\n$/,
    spans: ["caller", "answer"],
  }),

  "docs/opentelemetry.md#the-ai-sdk": inNode({
    before: `import { Laminar } from "laminar-edge"; Laminar.initialize();`,
    modules: { ai: "ai6" },
    after: `
      const { MockLanguageModelV3 } = await import("ai6/test");
      const { mockModel } = await import("./package/workers/ai-agent.js");
      const call = { prompt: "why?", model: mockModel(MockLanguageModelV3, 3) };
      await generateText(call);
      const plain = await import("ai6");
      await plain.generateText({ ...call, experimental_telemetry });
      ${FLUSH}`,
    // The model first asks for a tool that it was not given, and then answers.
    spans: ["ai.generateText", "ai.generateText.doGenerate"].flatMap((name) => [
      name,
      name,
    ]),
  }),

  "docs/privacy.md#masks": inNode({
    before: `${IMPORT} const projectApiKey = "key";`,
    after: `
      const span = Laminar.startSpan({ name: "masked" });
      const { InMemorySpanExporter } = await import("laminar-edge/testing");
      const exporter = new InMemorySpanExporter().install();
      span.setAttribute("user.email", "a@example.com").end();
      console.log(exporter.getFinishedSpans()[0].attributes["user.email"]);`,
    prints: /^…\n$/,
    spans: [],
  }),

  "docs/privacy.md#redaction": async (t, program) => {
    const collector = await startCollector(t);
    const before = `${IMPORT} const projectApiKey = "key";`;
    const child = startNode(t, collector, before + program + FLUSH);
    const said = await outputOf(child);
    assert.equal(child.exitCode, 0, said);
    const { attributes } = collector.span("intake");
    const told = ["lmnr.span.input", "lmnr.span.output"].map(
      (key) => attributes[key],
    );
    const documented = program.matchAll(/^\/\/ (.*)$/gm);
    assert.deepEqual(
      told,
      Array.from(documented, ([, comment]) => comment),
    );
  },

  "docs/runtimes.md#your-own-way-to-the-module": inNode({
    before: `
      import { readFileSync } from "node:fs";
      const projectApiKey = "key";
      const wasm = readFileSync("../pkg/wasm/laminar_edge_bg.wasm", "base64");
      const wasmUrl = "data:application/wasm;base64," + wasm;`,
    after: `Laminar.startSpan({ name: "slim" }).end(); ${FLUSH}`,
    spans: ["slim"],
  }),

  "docs/browsers.md#browsers": inNode({
    conditions: ["browser"],
    before: `
      const send = fetch;
      globalThis.location = { origin: process.env.LMNR_BASE_URL };
      globalThis.fetch = async (input, init) =>
        input === "/ask" ? "why not" : send(input, init);`,
    after: FLUSH,
    spans: ["ask"],
  }),

  "docs/bun.md#bun": inNode({
    before: `
      const Bun = { serve: ({ fetch }) => ({ stop() {}, fetch }) };
      import { Laminar as laminar } from "laminar-edge";`,
    after: `
      await (await server.fetch(${REQUEST})).text();
      process.emit("SIGTERM");`,
    spans: ["GET", "answer"],
  }),

  "docs/deno-netlify-supabase.md#deno": inNode({
    conditions: ["deno"],
    before: `
      let handler, stop;
      const Deno = {
        serve: (given) => ((handler = given), { shutdown() {} }),
        addSignalListener: (_, given) => (stop = given),
        exit: process.exit,
      };`,
    after: `await (await handler(${REQUEST})).text(); stop();`,
    spans: ["GET", "answer"],
  }),

  "docs/deno-netlify-supabase.md#netlify-edge-functions": inNode({
    before: `${CONTEXT} ${AGENT}`,
    after: `
      await (await exported(${REQUEST}, ctx)).text();
      await Promise.all(waited);`,
    spans: ["GET", "answer", "think"],
  }),

  "docs/deno-netlify-supabase.md#supabase-edge-functions": inNode({
    conditions: ["deno"],
    modules: { "npm:laminar-edge": "laminar-edge" },
    first: `${CONTEXT} globalThis.EdgeRuntime = ctx;`,
    before: `${AGENT}
      let handler;
      const Deno = { serve: (given) => (handler = given) };`,
    after: `
      await (await handler(${REQUEST})).text();
      await Promise.all(waited);`,
    spans: ["GET", "answer", "think"],
  }),

  "docs/fastly.md#fastly-and-hosts-without-webassembly": inNode({
    conditions: ["fastly"],
    preload: new URL("../support/no-webassembly.mjs", import.meta.url),
    modules: {
      "fastly:secret-store": `export class SecretStore {
        get = async (name) => ({ plaintext: () => process.env[name] });
      }`,
    },
    before: `${CONTEXT} ${AGENT}
      const addEventListener = (_, given) => (listener = given);
      let listener;`,
    after: `
      const event = {
        request: ${REQUEST},
        respondWith: (given) => (event.response = given),
        waitUntil: ctx.waitUntil,
      };
      listener(event);
      await (await event.response).text();
      await Promise.all(waited);`,
    spans: ["answer", "think"],
  }),

  "docs/spill.md#sinks": inNode({
    before: `import { Laminar } from "laminar-edge";`,
    after: `
      const options = { spill, traceExportTimeoutMillis: 500 };
      Laminar.initialize({ ...options, fetch: () => Promise.reject(new Error("down")) });
      Laminar.startSpan({ name: "kept" }).end();
      console.log((await Laminar.flush()).spilled, items.size);
      Laminar.initialize(options);
      console.log((await Laminar.drainSpill()).ok, items.size);`,
    prints: /^1 1\ntrue 0\n$/,
    spans: ["kept"],
  }),

  "docs/vercel-nextjs.md#vercel-and-nextjs": inNode({
    first: `${CONTEXT}
      const key = Symbol.for("@vercel/request-context");
      globalThis[key] = { get: () => ctx };`,
    before: AGENT,
    after: `
      await (await GET(${REQUEST})).text();
      await Promise.all(waited);`,
    spans: ["GET", "answer", "think"],
  }),

  "docs/vercel-nextjs.md#when-spans-leave": inNode({
    modules: {
      "next/server": "export const after = (task) => setImmediate(task);",
    },
    before: `import { Laminar } from "laminar-edge";`,
    fill: `Laminar.startSpan({ name: "route" }).end();`,
    spans: ["route"],
  }),

  // tests/runtimes/jest.test.mjs runs it in Jest itself.
  "docs/jest.md#a-test": inNode({
    before: `
      import { createRequire } from "node:module";
      import { afterEach, beforeEach, test } from "node:test";
      import assert from "node:assert/strict";
      const require = createRequire(process.cwd() + "/");
      const expect = (value) => ({ toBe: (other) => assert.equal(value, other) });`,
    prints: /pass 1/,
    spans: [],
  }),

  "docs/node.md#a-server": async (t, program) => {
    const collector = await startCollector(t);
    const told = `server.on("listening", () => console.log(server.address().port));`;
    const child = startNode(t, collector, program + told);
    const [port] = await once(child.stdout, "data");
    const response = await fetch(`http://127.0.0.1:${Number(port)}`);
    assert.equal(await response.text(), "why not");
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "close"), [0, null]);
    assert.deepEqual(collector.names(), ["answer"]);
  },

  "docs/node.md#a-script": async (t, program) => {
    const script = `import { Laminar, observe } from "laminar-edge";
      const work = async () => "done";
      ${program}`;
    const collector = await startCollector(t);
    const child = startNode(t, collector, script);
    assert.match(await outputOf(child), /ok: true/);
    assert.deepEqual(collector.names(), ["import"]);

    // The page shows the warning of a program that forgets its flush, and says that it is printed once.
    const forgetful = script.replace(/^.*flush.*$/m, "");
    assert.notEqual(forgetful, script);
    const silent = await startCollector(t);
    for (const exit of ["", "process.exit();"]) {
      const said = await outputOf(startNode(t, silent, forgetful + exit));
      assert.match(
        said,
        /^\[laminar-edge\] the program ends with 1 span unsent/,
      );
      assert.equal(said.trim().split("\n").length, 1);
    }
    assert.equal(silent.requests.length, 0);
  },

  "docs/node.md#a-function-that-is-frozen-after-its-answer": async (
    t,
    program,
  ) => {
    const collector = await startCollector(t);
    const child = startNode(
      t,
      collector,
      `import { Laminar, observe } from "laminar-edge";
      const work = async (what) => "done" + what;
      ${program}
      console.log(await handler({ id: 7 }));
      process.kill(process.pid, "SIGKILL");`,
    );
    await outputOf(child);
    assert.deepEqual(collector.names(), ["handle"]);
  },
};
