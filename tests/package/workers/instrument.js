// Every kind of handler, instrumented. What a handler gets is recorded for the test to read.

import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { said } from "./console.js";
import { instrument, Laminar, observe } from "laminar-edge";

const notes = [];
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const step = (name) => observe({ name }, async () => wait(1));
const encode = (text) => new TextEncoder().encode(text);

const routes = {
  notes: () => Response.json({ notes, said, stats: Laminar.stats() }),
  text: () => new Response("text"),

  async steps() {
    await wait(1);
    await step("first");
    Laminar.getCurrentSpan()?.setAttribute("seen", true);
    await step("second");
    return Response.json({ trace: Laminar.getTraceId() });
  },

  fail() {
    throw new TypeError("no such thing");
  },
  unavailable: () => new Response("later", { status: 503 }),

  stream: (request) =>
    new Response(
      countingStream(Number(new URL(request.url).searchParams.get("chunks"))),
      { headers: { "content-type": "text/event-stream" } },
    ),
  "stream-fails": () =>
    new Response(
      new ReadableStream({
        async pull(controller) {
          await step("asked");
          controller.error(new Error("dried up"));
        },
      }),
    ),

  upgrade() {
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.send("hello");
    return new Response(null, { status: 101, webSocket: client });
  },

  // It runs in a request of its own, so that no span is active.
  tail: (request, env) => env.TAIL.fetch(request),

  trusting: (request, env) => env.TRUSTING.fetch(request),

  rpc: async (request, env) => new Response(await env.GREETER.greet("Ada")),
  greeter: (request, env) => env.GREETER.fetch(request),
  room: (request, env) =>
    env.ROOM.get(env.ROOM.idFromName("room")).fetch(request),
  "room-rpc": async (request, env) => {
    const room = env.ROOM.get(env.ROOM.idFromName("room"));
    return Response.json([await room.add(2), await room.add(3)]);
  },
  enqueue: async (request, env) => {
    await env.QUEUE.sendBatch([{ body: 1 }, { body: 2 }]);
    return new Response("sent");
  },
};

function countingStream(chunks) {
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      if (sent === chunks) return controller.close();
      await step(`chunk ${++sent}`);
      controller.enqueue(encode("x".repeat(1_000)));
    },
    cancel(reason) {
      notes.push(`cancelled: ${reason}`);
    },
  });
}

const worker = {
  secret: 42,
  fetch(request, env, ctx) {
    notes.push(this === worker ? "this is the handler" : "this is another");
    const [route] = new URL(request.url).pathname.slice(1).split("/");
    return routes[route](request, env, ctx);
  },
  async scheduled(controller) {
    notes.push(`scheduled ${controller.cron}`);
    await step("tidy");
  },
  async queue(batch) {
    notes.push(`queue ${batch.messages.map(({ body }) => body)}`);
    await step("consume");
    batch.ackAll();
  },
  async email(message) {
    notes.push(`email ${message.from}`);
    await step("read mail");
  },
  async tail(events) {
    notes.push(`tail ${events.length}`);
    await step("read tail");
  },
  test() {},
};

export const Trusting = instrument(
  class Trusting extends WorkerEntrypoint {
    async fetch() {
      await observe({ name: "before" }, async () => wait(1), "secret");
      await wait(1);
      await observe({ name: "after" }, async () => wait(1), "secret");
      const body = new ReadableStream({
        async pull(controller) {
          await wait(1);
          await observe({ name: "in the body" }, async () => wait(1), "secret");
          controller.enqueue(new TextEncoder().encode("trusting"));
          controller.close();
        },
      });
      return new Response(body);
    }
  },
  { incomingContext: "trusted" },
);

/** Calls the handler that the runtime would call with tail events. */
export class Tail extends WorkerEntrypoint {
  async fetch() {
    await instrumented.tail([{}], this.env, this.ctx);
    return new Response("told");
  }
}

const { test } = worker;
const instrumented = instrument(worker);
notes.push(
  instrumented === worker && worker.test === test && worker.secret === 42
    ? "the same object"
    : "another object",
);
export default instrumented;

export const Greeter = instrument(
  class Greeter extends WorkerEntrypoint {
    #greeting = "Hello";
    async fetch() {
      await step("inside");
      return new Response(this.#greet("fetch"));
    }
    async greet(name) {
      await step("polish");
      return this.#greet(name);
    }
    #greet(name) {
      return `${this.#greeting}, ${this.decorate(name)}`;
    }
    decorate(name) {
      return `${name}!`;
    }
  },
);

export const Room = instrument(
  class Room extends DurableObject {
    static motto = "all are welcome";
    #total = 0;
    constructor(ctx, env) {
      super(ctx, env);
      this.reset();
      notes.push(
        [
          this instanceof Room && this instanceof DurableObject,
          this.constructor.name,
          this.constructor.motto,
          this.ctx === ctx,
        ].join(),
      );
    }
    reset() {
      this.#total = 0;
    }
    async add(amount) {
      await this.count(amount);
      return this.#total;
    }
    async count(amount) {
      await wait(1);
      this.#total += amount;
    }
    async fetch(request) {
      const path = new URL(request.url).pathname;
      if (path.endsWith("/alarm")) {
        await this.ctx.storage.setAlarm(Date.now());
        return new Response("set");
      }
      const [client, server] = Object.values(new WebSocketPair());
      this.ctx.acceptWebSocket(server);
      return new Response(null, { status: 101, webSocket: client });
    }
    async alarm({ retryCount }) {
      await step(`try ${retryCount}`);
      notes.push(`alarm ${retryCount}`);
      if (retryCount === 0) throw new Error("again");
    }
    async webSocketMessage(socket, message) {
      await step("think");
      socket.send(`echo ${message}`);
    }
    webSocketClose(socket, code) {
      notes.push(`closed ${code}`);
      socket.close(code);
    }
  },
);
