// Instrumented classes of a framework, called over a WebSocket and over RPC.

import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { instrument, observe } from "laminar-edge";
import { frameworkOn, markCallable } from "./framework.js";

const Framework = frameworkOn(DurableObject);

class Counter extends Framework {
  async add(amount) {
    await observe({ name: "count" }, async () => {
      this.state.count += amount;
    });
    return this.state.count;
  }
  async secret() {
    return "not for clients";
  }
}
markCallable(Counter.prototype.add, "adds");
export const Room = instrument(Counter);

// Minifiers remove the names of class expressions.
export const Nameless = instrument(
  (() =>
    class extends WorkerEntrypoint {
      async own() {
        return "own";
      }
    })(),
  { className: "Api" },
);

export default {
  async fetch(request, env) {
    const [route] = new URL(request.url).pathname.slice(1).split("/");
    const room = env.ROOM.get(env.ROOM.idFromName("room"));
    if (route === "snapshot") return Response.json(await room.snapshot());
    if (route === "add") return Response.json(await room.add(1));
    if (route === "own") return Response.json(await env.NAMELESS.own());
    return room.fetch(request);
  },
};
