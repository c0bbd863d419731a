// A Worker and a Durable Object that never flush.

import { Laminar } from "laminar-edge";

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const reports = [];

function record({ options, names, each }) {
  Laminar.initialize({
    ...options,
    onReport: (report) => reports.push(report),
  });
  for (const name of names) Laminar.startSpan({ name, ...each }).end();
}

export class Room {
  async fetch(request) {
    record(await request.json());
    return Response.json(Laminar.stats());
  }
}

const routes = {
  state: () => ({ stats: Laminar.stats(), reports }),

  /** Ends at once. */
  brief(work) {
    record(work);
    return {};
  },

  /** Continues for a while after its spans have ended. */
  async lasting(work) {
    record(work);
    await wait(work.ms);
    return {};
  },

  async timed({ options, names }) {
    record({ options, names });
    const began = performance.now();
    const report = await Laminar.flush();
    return { report, tookMs: performance.now() - began };
  },

  async shutdown({ options, names }) {
    record({ options, names });
    const began = performance.now();
    const report = await Laminar.shutdown();
    const tookMs = performance.now() - began;
    return { report, tookMs, stats: Laminar.stats() };
  },

  /** A span that is active when the invocation ends must not be active in the next one. */
  async "force-flush"({ options }) {
    Laminar.initialize(options);
    Laminar.startActiveSpan({ name: "left open" });
    Laminar.startSpan({ name: "below" }).end();
    await Laminar.forceFlush();
    Laminar.startSpan({ name: "next" }).end();
    await Laminar.flush();
    return {};
  },
};

export default {
  async fetch(request, env) {
    const name = new URL(request.url).pathname.slice(1);
    if (name === "room") {
      const room = env.ROOM.get(env.ROOM.idFromName("one"));
      return room.fetch("http://room", {
        method: "POST",
        body: await request.text(),
      });
    }
    return Response.json(await routes[name](await request.json()));
  },
};
