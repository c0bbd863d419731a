// How each program of the documents that is a Worker is run in workerd.

import assert from "node:assert/strict";
import { codeBlocks, readDocument } from "../support/documents.mjs";
import { byTail, inWorkerd } from "./run.mjs";

// The documents do not define the agent.
const AGENT = `
  async function agent(request) {
    const { question } = await request.json();
    return JSON.stringify(await observe({ name: "think" }, async () => question.length));
  }
`;
const HANDLER = `
  const handler = {
    fetch: async (request) => new Response(await observe({ name: "answer" }, agent, request)),
  };
`;

// A stand-in for the binding of Workers AI.
const AI = `
  const AI = {
    run: async (model, { stream }) =>
      stream
        ? new Response('data: {"response":"because"}\\n\\ndata: [DONE]\\n\\n').body
        : { response: "because" },
    gateway: () => ({}),
  };
`;

/** Surrounds statements so that a Worker runs them in a request. */
const inRequest = {
  before: `${AGENT}
    export default {
      async fetch(request, env, ctx) {`,
  after: `
      },
    };
  `,
};

/** Returns the flags that a document tells its reader to set. */
function flagsOf(path) {
  const block = codeBlocks(readDocument(path)).find(
    ({ language }) => language === "toml",
  );
  const [, flags] = /compatibility_flags = (\[.*?\])/.exec(block.code);
  return JSON.parse(flags);
}

/** What the runtime passes to a Tail Worker for an event that was killed. */
const KILLED = `
  const id = "0123456789abcdef0123456789abcdef-0123456789abcdef";
  const message = { v: 1, type: "start", id, name: "killed", kind: 1, start: Date.now() };
  const published = [{ channel: "laminar-edge", timestamp: Date.now(), message }];
  const killed = { outcome: "exceededCpu", diagnosticsChannelEvents: published };
  exported.fetch = async (request, env, ctx) =>
    Response.json((await exported.tail([killed], env, ctx)) ?? {});
`;

const answers = (expected) => async (worker) =>
  assert.equal(await worker.call("", { question: "why?" }), expected);

export const IN_WORKERD = {
  "README.md#laminar-edge": inWorkerd({
    after: AGENT,
    flags: flagsOf("README.md"),
    call: answers(4),
    spans: ["answer", "think"],
  }),

  "README.md#install 3": inWorkerd({
    after: AGENT,
    flags: flagsOf("README.md"),
    call: answers(4),
    spans: ["POST", "answer", "think"],
  }),

  "docs/tail.md#the-tail-worker": inWorkerd({
    after: KILLED,
    spans: ["killed"],
  }),

  "docs/tail.md#black-box": inWorkerd({
    after: AGENT,
    call: answers(4),
    spans: ["POST", "answer", "think"],
  }),

  "docs/tail.md#transport": byTail({
    after: AGENT,
    call: ({ call }) => call("/", { method: "POST", body: '{"question":"?"}' }),
    spans: ["POST", "answer", "think"],
  }),

  "docs/tail.md#transport 2": inWorkerd({
    after: KILLED,
    spans: ["killed"],
  }),

  "docs/tail.md#streaming-tails": inWorkerd({
    after: `
      const at = { timestamp: new Date() };
      ${KILLED.replace(/exported\.fetch[^]*/, "")}
      exported.fetch = async (request, env, ctx) => {
        const tell = exported.tailStream({ ...at, event: { type: "onset" } }, env, ctx);
        tell({ ...at, event: { type: "diagnosticChannel", ...published[0] } });
        tell({ ...at, event: { type: "outcome", ...killed } });
        return Response.json({});
      };`,
    spans: ["killed"],
  }),

  "docs/instrument.md#instrument": inWorkerd({
    after: AGENT,
    call: answers(4),
    spans: ["POST", "answer", "think"],
  }),

  "docs/instrument.md#instrument 2": inWorkerd({
    before: `import { instrument, observe } from "laminar-edge"; ${AGENT} ${HANDLER}`,
    bindings: { LAMINAR_KEY: "key" },
    call: answers(4),
    spans: ["POST", "answer", "think"],
  }),

  "docs/instrument.md#input-and-output": inWorkerd({
    before: `import { instrument, observe } from "laminar-edge";
      const agent = async (question) => JSON.stringify(question.length);`,
    call: answers(4),
    spans: ["POST", "answer"],
  }),

  "docs/llm.md#llm-calls": inWorkerd({
    before: `
      const send = globalThis.fetch;
      const event = { id: "1", model: "m", choices: [{ index: 0, delta: { role: "assistant", content: "because" }, finish_reason: "stop" }] };
      const headers = { "content-type": "text/event-stream" };
      globalThis.fetch = async (input, init) =>
        String(input).includes("api.openai.com")
          ? new Response(\`data: \${JSON.stringify(event)}\\n\\ndata: [DONE]\\n\\n\`, { headers })
          : send(input, init);
    `,
    flags: flagsOf("README.md"),
    call: async (worker) => {
      const { choices } = await worker.call("", { question: "why?" });
      assert.equal(choices[0].delta.content, "because");
    },
    spans: ["POST", "chat gpt-4o-mini"],
  }),

  "docs/llm-workers-ai.md#workers-ai-and-ai-gateway": inWorkerd({
    after: `${AI}
      const { fetch: traced } = exported;
      exported.fetch = (request, env, ctx) => traced(request, { ...env, AI }, ctx);`,
    flags: flagsOf("README.md"),
    call: async (worker) =>
      assert.deepEqual(await worker.call("", { question: "why?" }), {
        response: "because",
      }),
    spans: ["POST", "chat @cf/meta/llama-3.1-8b-instruct"],
  }),

  // Without a flag there is no AsyncLocalStorage.
  "docs/context.md#without-asynclocalstorage": inWorkerd({
    before: `import { Laminar, observe } from "laminar-edge";
      const later = () => new Promise((resolve) => setTimeout(resolve, 1));
      const search = async (question) => (await later(), [question]);
      const write = async (pages) => (await later(), pages.length);
      ${inRequest.before}
        const { question } = await request.json();
        Laminar.initialize({ projectApiKey: env.LMNR_PROJECT_API_KEY });`,
    after: `
        ctx.waitUntil(Laminar.flush());
        return Response.json(text);
        ${inRequest.after}`,
    async call(worker, collector) {
      await answers(1)(worker);
      await collector.until(() => collector.spans.length === 3);
      const { spanId } = collector.span("answer");
      for (const name of ["search", "write"])
        assert.equal(collector.span(name).parentSpanId, spanId, name);
    },
    spans: ["answer", "search", "write"],
  }),

  "docs/opentelemetry.md#the-ai-sdk 2": inWorkerd({
    before: `import { Laminar, wrapAISDK } from "laminar-edge";
      import { MockLanguageModelV3 as Mock } from "ai6/test";
      import * as ai from "ai6";
      import { mockModel } from "../ai-agent.js";
      ${inRequest.before}
        Laminar.initialize({ projectApiKey: env.LMNR_PROJECT_API_KEY });
        const { streamText } = wrapAISDK(ai);
        const [model, prompt] = [mockModel(Mock, 3), "why?"];`,
    after: inRequest.after,
    flags: ["nodejs_als"],
    call: async (worker) => (await fetch(worker.url)).text(),
    spans: ["ai.streamText", "ai.streamText.doStream"],
  }),

  "docs/cloudflare-workers.md#cloudflare-workers": inWorkerd({
    after: AGENT,
    flags: flagsOf("docs/cloudflare-workers.md"),
    call: answers(4),
    spans: ["POST", "answer", "think"],
  }),

  "docs/cloudflare-workers.md#when-spans-leave": inWorkerd({
    before: `import { Laminar, observe } from "laminar-edge";
      ${inRequest.before}`,
    fill: `const answer = await agent(request);`,
    after: `
        return new Response(answer);
        ${inRequest.after}`,
    call: answers(4),
    spans: ["think"],
  }),

  "docs/spill.md#spill": inWorkerd({
    modules: { "laminar-edge": "../impatient.js" },
    before: `import { observe } from "laminar-edge";`,
    after: AGENT,
    options: {
      queueProducers: { SPILL: "spill" },
      queueConsumers: {
        spill: { maxBatchTimeout: 1, maxRetries: 50, retryDelay: 1 },
      },
    },
    prepare: refuseForASecond,
    call: answers(4),
    spans: ["think"],
  }),

  "docs/spill.md#spill 2": inWorkerd({
    before: `
      import { env } from "cloudflare:workers";
      import { Laminar } from "laminar-edge";
      import { r2Spill } from "laminar-edge/spill";
      const options = {
        projectApiKey: env.LMNR_PROJECT_API_KEY,
        spill: r2Spill(env.BUCKET),
        traceExportTimeoutMillis: 1_000,
      };
    `,
    after: `
      exported.fetch = async () => {
        Laminar.initialize(options);
        Laminar.startSpan({ name: "kept" }).end();
        return Response.json((await Laminar.flush()).spilled);
      };`,
    options: { r2Buckets: ["BUCKET"], unsafeTriggerHandlers: true },
    async call(worker, collector) {
      collector.behave({ status: 503 });
      assert.equal(await worker.call(""), 1);
      collector.behave({});
      await fetch(new URL("/cdn-cgi/handler/scheduled", worker.url));
    },
    spans: ["kept"],
  }),
};

/** Makes the collector refuse requests in the first second, which is longer than a flush may take. */
function refuseForASecond(collector) {
  collector.behave(() =>
    Date.now() - collector.requests[0].at < 1_000 ? { status: 503 } : {},
  );
}
