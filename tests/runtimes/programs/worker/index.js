// Every kind of handler, each of which runs the suite. The caller waits for the results.
import { DurableObject } from "cloudflare:workers";
import * as lib from "laminar-edge";
import { runAndPost } from "../suite.js";

const run = ({ OPTIONS, MODE }, handler) =>
  runAndPost(lib, OPTIONS, `${MODE}: ${handler}`);

export class Room extends DurableObject {
  async fetch() {
    await run(this.env, "Durable Object");
    await this.ctx.storage.setAlarm(Date.now());
    return new Response("done");
  }
  alarm() {
    return run(this.env, "alarm");
  }
}

export default {
  async fetch(request, env, ctx) {
    switch (new URL(request.url).pathname) {
      case "/object":
        return env.ROOMS.getByName("one").fetch(request);
      case "/queue":
        await env.QUEUE.send("work");
        return new Response("sent");
      case "/for-a-tail":
        return new Response("it sees this one");
      default:
        ctx.waitUntil(run(env, "fetch"));
        return new Response("answered before the suite has begun");
    }
  },
  scheduled(controller, env) {
    return run(env, "scheduled");
  },
  queue(batch, env) {
    return run(env, "queue");
  },
  email(message, env) {
    return run(env, "email");
  },
  tail(events, env) {
    const isMeant = ({ event }) => event?.request?.url.endsWith("/for-a-tail");
    if (events.some(isMeant)) return run(env, "tail");
  },
};
