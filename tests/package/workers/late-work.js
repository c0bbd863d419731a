// An instrumented Worker whose work continues in waitUntil, after its answer and its flush.

import { DurableObject } from "cloudflare:workers";
import { instrument, Laminar, observe } from "laminar-edge";

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function work({ count, everyMs }) {
  for (let i = 0; i < count; i++) {
    await wait(everyMs);
    await observe({ name: `late ${i}` }, async () => wait(1));
  }
  // The request goes on for a realistic time.
  await wait(1);
}

export const Room = instrument(
  class Room extends DurableObject {
    async fetch(request) {
      this.ctx.waitUntil(work(await request.json()));
      return new Response("an answer");
    }
  },
);

export default instrument({
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/stats") return Response.json(Laminar.stats());
    const plan = await request.json();
    if (pathname === "/room") {
      const room = env.ROOM.get(env.ROOM.idFromName("room"));
      const body = JSON.stringify(plan);
      return room.fetch("http://room", { method: "POST", body });
    }
    ctx.waitUntil(work(plan));
    return new Response("an answer");
  },
});
