// A Worker with one binding of each kind, which passes its arguments to observed functions.

import {
  DurableObject,
  env as imported,
  WorkerEntrypoint,
} from "cloudflare:workers";
import { Hono } from "hono";
import { instrument, Laminar, observe } from "laminar-edge";

const see = (name, ...args) =>
  observe({ name }, (...given) => given.length, ...args);

export class Keeper extends DurableObject {
  async whole() {
    this.own = "no binding's";
    const span = Laminar.startSpan({ name: "keeper", input: this });
    span.end();
    return see("state", this.ctx, this.env);
  }
}

export class Named extends WorkerEntrypoint {
  async hello() {
    return "hello";
  }
}

const app = new Hono();
app.get("/hono", async (c) => {
  await observe({ name: "context" }, async (context) => context.req.path, c);
  return c.text("done");
});

async function everything(request, env, ctx) {
  see("arguments", request, env, ctx);
  see("alone", env);
  see("imported", imported);
  see("copied", { ...env });
  see("deep", { a: [{ b: { env, ctx } }] });
  for (const [name, binding] of Object.entries(env))
    if (typeof binding === "object") see(name, binding, { nested: binding });
  const id = env.KEEPER.idFromName("keeper");
  see("id and stub", id, env.KEEPER.get(id));
  observe({ name: "given back" }, () => env);
  await observe({ name: "given back later" }, async () => ({ env, ctx }));
  observe({ name: "response" }, () => new Response(null, { status: 404 }));
  see("responses", [new Response("text", { status: 201 })]);
  Laminar.startSpan({ name: "metadata", metadata: { env } }).end();
}

const handler = {
  async fetch(request, env, ctx) {
    Laminar.initialize({
      projectApiKey: env.LMNR_PROJECT_API_KEY,
      baseUrl: env.LMNR_BASE_URL,
    });
    const { pathname } = new URL(request.url);
    if (pathname === "/hono") return app.fetch(request, env, ctx);
    if (pathname === "/keeper") {
      const stub = env.KEEPER.get(env.KEEPER.idFromName("keeper"));
      await stub.whole();
    } else {
      await everything(request, env, ctx);
    }
    return Response.json(await Laminar.flush());
  },
};

const instrumented = instrument({ ...handler });

export default {
  fetch: (request, env, ctx) =>
    new URL(request.url).searchParams.has("instrument")
      ? instrumented.fetch(request, env, ctx)
      : handler.fetch(request, env, ctx),
};
