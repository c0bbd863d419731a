// A Worker that passes bodies on: into R2, to readers of bytes, to clients that leave. Each route is asked
// for with `?observed` or without.

import { WorkerEntrypoint } from "cloudflare:workers";
import { said } from "./console.js";
import { instrument, Laminar, observe } from "laminar-edge";

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Peer extends WorkerEntrypoint {
  fetch() {
    return new Response(words(3));
  }
  person(name) {
    return { name, greet: (word) => `${word}, ${name}` };
  }
}

class FrameworkResponse extends Response {
  get cookies() {
    return "cookies";
  }
}

/** Reads bytes into its own memory, as parsers do. */
async function readBytes(stream) {
  const reader = stream.getReader({ mode: "byob" });
  let text = "";
  let memory = new ArrayBuffer(7);
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(memory));
    if (done) return text;
    text += new TextDecoder().decode(value);
    memory = value.buffer;
  }
}

/** Sends a chunk at intervals, or a single one. */
function words(many) {
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      if (sent > 0 && many === 1) return new Promise(() => {});
      await wait(20);
      if (sent++ === many) controller.close();
      else controller.enqueue(new TextEncoder().encode(`word ${sent} `));
    },
  });
}

const routes = {
  async put(around, { UPSTREAM, BUCKET }) {
    const response = await around(() => fetch(`${UPSTREAM}/length`));
    const { size } = await BUCKET.put("key", response.body);
    return size;
  },
  async "put-stream"(around, { UPSTREAM, BUCKET }) {
    const { body } = await fetch(`${UPSTREAM}/length`);
    const { size } = await BUCKET.put("key", await around(() => body));
    return size;
  },
  async bytes(around, { UPSTREAM }) {
    const response = await around(() => fetch(`${UPSTREAM}/chunked`));
    return readBytes(response.body);
  },
  async "bytes-known"(around, { UPSTREAM }) {
    return readBytes((await around(() => fetch(`${UPSTREAM}/length`))).body);
  },
  async "bytes-stream"(around, { UPSTREAM }) {
    const { body } = await fetch(`${UPSTREAM}/chunked`);
    return readBytes(await around(() => body));
  },
  async text(around, { UPSTREAM }) {
    return (await around(() => fetch(`${UPSTREAM}/chunked`))).text();
  },
  async tee(around, { UPSTREAM }) {
    const { body } = await around(() => fetch(`${UPSTREAM}/chunked`));
    const texts = body.tee().map((each) => new Response(each).text());
    return Promise.all(texts);
  },
  async stream(around, { UPSTREAM }) {
    const { body } = await fetch(`${UPSTREAM}/chunked`);
    return new Response(await around(() => body)).text();
  },
  async framework(around) {
    const response = await around(
      () => new FrameworkResponse("said", { status: 201 }),
    );
    return [response.cookies, response.status, await response.text()];
  },
  /** Each chunk starts a span after an await, and is read inside spans of the reader's. */
  async pieces(around) {
    const steps = around(async function* () {
      for (let i = 0; i < 4; i++) {
        await wait(1);
        yield observe({ name: `piece ${i}` }, () => i);
      }
    });
    const seen = [];
    for (const name of ["one", "one", "two"])
      await observe({ name }, async () => {
        seen.push((await steps.next()).value);
      });
    for await (const step of steps) seen.push(step);
    return seen;
  },
  /** The result of a call over RPC is a promise on which methods can be called. */
  async rpc(around, { PEER }) {
    const got = around(() => PEER.person("Ada"));
    return [got instanceof Promise, await got.name, (await got).name];
  },
  async "rpc-onward"(around, { PEER }) {
    return await around(() => PEER.person("Ada")).greet("Hello");
  },
};

const app = {
  async fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    const route = pathname.slice(1);
    if (route === "said") return Response.json(said);
    if (route === "stats") return Response.json(Laminar.stats());
    const headers = { "content-type": "text/event-stream" };
    if (route === "words") return new Response(words(1e6), { headers });
    if (route === "one-word") return new Response(words(1), { headers });
    if (route.startsWith("proxy/"))
      return fetch(`${env.UPSTREAM}/${route.slice("proxy/".length)}`);
    if (route === "proxy-peer") return env.PEER.fetch(request);
    if (route === "framework-response")
      return new FrameworkResponse("said", { status: 201 });
    const action = searchParams.has("observed")
      ? (made) => observe({ name: route }, made)
      : (made) => made();
    try {
      return Response.json(await routes[route](action, env, ctx));
    } catch (error) {
      return Response.json(`${error}`);
    }
  },
};

const events = instrument(app);

/** Reads the status of a response and not its body. */
async function statusOnly(request, env) {
  const waiting = [];
  const context = { waitUntil: (promise) => waiting.push(promise) };
  const inner = new Request(new URL("/proxy/chunked", request.url));
  const { status } = await events.fetch(inner, env, context);
  await Promise.all(waiting);
  return Response.json({ status, waited: waiting.length });
}

export default {
  fetch(request, env, ctx) {
    if (new URL(request.url).pathname === "/status-only")
      return statusOnly(request, env);
    const handler = new URL(request.url).searchParams.has("observed")
      ? events
      : app;
    return handler.fetch(request, env, ctx);
  },
};
