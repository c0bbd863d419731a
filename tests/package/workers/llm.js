// A Worker that calls models: by a traced fetch, and by the binding of Workers AI. Each route uses the result
// in another way.

import { instrument, Laminar, observe } from "laminar-edge";
import { tracedFetch } from "laminar-edge/llm";
import { Ai } from "./llm-binding.js";

// This is at module scope, for all requests.
const call = tracedFetch();

const ask = (env, path, body = {}, send = call) =>
  send(`${env.UPSTREAM}${path}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: "m",
      messages: [{ role: "user", content: body.question ?? "why?" }],
      ...body,
    }),
  });

const routes = {
  /** The Worker returns the provider's response. */
  proxy: (env, { path, stream }) => ask(env, path, { stream }),
  plain: (env, { path, stream }) => ask(env, path, { stream }, fetch),
  async leave(env, { path }) {
    const answer = await ask(env, path, { stream: true });
    const reader = answer.body.getReader();
    const { value } = await reader.read();
    await reader.cancel();
    return new Response(value);
  },
  async read(env, { path, stream }) {
    const answer = await ask(env, path, { stream });
    return new Response(
      JSON.stringify([answer.status, answer.url, await answer.text()]),
    );
  },
  /** Only the body is passed on to the client. */
  async body(env, { path, stream }) {
    const answer = await ask(env, path, { stream });
    return new Response(answer.body, {
      headers: { "content-type": "text/event-stream" },
    });
  },
  async named(env, { path }) {
    const named = Laminar.withLLMOptions({ name: "named" }, () =>
      ask(env, path),
    );
    const other = ask(env, path);
    await Promise.all([(await named).text(), (await other).text()]);
    return new Response("named");
  },
  async unread(env, { path }) {
    await ask(env, path, { stream: true });
    return new Response("unread");
  },
  async nested(env, { path, question }) {
    const text = await observe(
      { name: `outer ${question}` },
      async (q) => {
        const answer = ask(env, path, { question: q });
        return (await answer).text();
      },
      question,
    );
    return new Response(text);
  },
  async ai(env, { inputs, options, model = "@cf/meta/llama" }) {
    const result = await env.AI.run(model, inputs, options);
    if (result instanceof Response)
      return new Response(`response ${await result.text()}`);
    if (result instanceof ReadableStream) return new Response(result);
    return Response.json(result);
  },
  async gateway(env, { entries }) {
    const answer = await env.AI.gateway("g").run(entries);
    return Response.json(await answer.json());
  },
  async others(env) {
    const { AI } = env;
    return Response.json([
      await AI.models(),
      AI.run === AI.run,
      "aiGatewayLogId" in AI,
      AI.aiGatewayLogId,
      env === this.env,
    ]);
  },
  async fails(env) {
    try {
      await env.AI.run("@cf/meta/llama", { messages: [], fail: true });
    } catch (error) {
      return Response.json([error.name, error.message]);
    }
    return Response.json("it did not fail");
  },
};

const handler = {
  async fetch(request, env, ctx) {
    this.env = env;
    const { pathname } = new URL(request.url);
    const given = await request.json();
    return routes[pathname.slice(1)].call(this, env, given);
  },
};

const instrumented = instrument(handler, {
  llm: true,
  name: "event",
  initialize: (env) => ({ projectApiKey: "k", baseUrl: env.COLLECTOR }),
});

let environment;
const environmentOf = (env) => (environment ??= { ...env, AI: new Ai(env) });

export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname === "/stats")
      return Response.json(Laminar.stats());
    return instrumented.fetch(request, environmentOf(env), ctx);
  },
};
