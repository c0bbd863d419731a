// `instrument(handler, { llm: true })`: for every kind of handler, the binding that it gets traces, and the
// environment itself is not changed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { instrument } from "laminar-edge";
import { wrapWorkersAI } from "laminar-edge/llm";
import { startSession } from "../support/session.mjs";
import { Ai } from "../workers/llm-binding.js";

const messages = [{ role: "user", content: "why?" }];
const request = () => new Request("https://example.com/");
const llm = true;

function environment() {
  const AI = new Ai({});
  return Object.freeze({ AI, KEY: "k", OTHER: { run() {} } });
}

async function answers(t, call) {
  const { delivered } = await startSession(t);
  const env = environment();
  const given = { ...env };
  const result = await call(env);
  assert.equal((await result.json()).response, "because");
  assert.deepEqual(env, given);
  assert.equal(env.AI, given.AI);
  const { spans } = await delivered();
  const chat = spans.find(({ name }) => name === "chat @cf/m");
  const event = spans.find(({ spanId }) => spanId === chat.parentSpanId);
  assert.equal(event.name, "GET");
}

const ctx = () => ({ waitUntil() {} });

test("an object of handlers gets a traced binding", (t) =>
  answers(t, (env) => {
    const handler = instrument(
      {
        async fetch(_, { AI, KEY, OTHER }) {
          assert.equal(KEY, "k");
          assert.equal(OTHER, env.OTHER);
          return Response.json(await AI.run("@cf/m", { messages }));
        },
      },
      { llm },
    );
    return handler.fetch(request(), env, ctx());
  }));

test("a class gets a traced binding", (t) =>
  answers(t, (env) => {
    class Entry {
      constructor(ctx, env) {
        this.ctx = ctx;
        this.env = env;
      }
      async fetch() {
        return Response.json(await this.env.AI.run("@cf/m", { messages }));
      }
    }
    const Traced = instrument(Entry, { llm });
    return new Traced(ctx(), env).fetch(request());
  }));

test("a Pages function gets a traced binding", (t) =>
  answers(t, (env) => {
    const context = {
      request: request(),
      env,
      waitUntil() {},
      get data() {
        return { given: 1 };
      },
    };
    const onRequest = instrument(
      async (given) => {
        assert.equal(given.request, context.request);
        assert.equal(given.data.given, 1);
        return Response.json(await given.env.AI.run("@cf/m", { messages }));
      },
      { llm },
    );
    return onRequest(context);
  }));

test("`llm` takes options, and one environment has one traced binding", async (t) => {
  const { delivered } = await startSession(t);
  const seen = [];
  const handler = instrument(
    {
      async fetch(_, env) {
        seen.push(env);
        return Response.json(await env.AI.run("@cf/m", { messages }));
      },
    },
    { llm: { recordInputs: false } },
  );
  const env = environment();
  for (const _ of [1, 2])
    await (await handler.fetch(request(), env, ctx())).text();
  assert.equal(seen[0].AI, seen[1].AI);
  const { spans } = await delivered();
  const calls = spans.filter(({ name }) => name.startsWith("chat"));
  assert.equal(calls.length, 2);
  for (const { attributes } of calls)
    assert.equal(attributes["gen_ai.input.messages"], undefined);
});

test("without `llm` or without a binding, a handler gets the environment itself", async (t) => {
  await startSession(t);
  for (const [options, env] of [
    [{}, environment()],
    [{ llm }, Object.freeze({ KEY: "k" })],
  ]) {
    const handler = instrument(
      { fetch: (_, given) => Response.json(given === env) },
      options,
    );
    const answer = await handler.fetch(request(), env, ctx());
    assert.equal(await answer.json(), true);
  }
});

test("a binding is wrapped once, and any other value is returned as it is", async (t) => {
  const { delivered } = await startSession(t);
  const ai = new Ai({});
  const wrapped = wrapWorkersAI(ai);
  assert.equal(wrapWorkersAI(wrapped), wrapped);
  assert.ok(wrapped instanceof Ai);
  assert.equal(wrapWorkersAI(undefined), undefined);
  await wrapped.run("@cf/m", { messages });
  const socket = { webSocket: {} };
  const other = wrapWorkersAI({ run: async () => socket });
  assert.equal(await other.run("@cf/m", { messages }), socket);
  assert.equal(await other.run(5), socket);
  const { spans } = await delivered();
  assert.deepEqual(
    spans.map(({ name }) => name),
    ["chat @cf/m", "chat @cf/m"],
  );
});
