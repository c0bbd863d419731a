// The Worker whose isolates are killed: it has a Tail Worker and a spill sink. The path tells what a request
// does: /run/g0/r1/ok.

import "laminar-edge/spill";
import "laminar-edge/tail";
import * as workers from "cloudflare:workers";
import { instrument, Laminar, observe } from "laminar-edge";

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A store that outlives the process. */
const store = (url) => ({
  async put(bytes) {
    const { ok } = await fetch(url, { method: "POST", body: bytes });
    if (!ok) throw new Error("not stored");
  },
  async drain(send) {
    for (const name of await (await fetch(url)).json()) {
      const item = await (await fetch(`${url}/${name}`)).arrayBuffer();
      if (await send(item)) await fetch(`${url}/${name}`, { method: "DELETE" });
    }
  },
});
let options;
const optionsOf = (env) =>
  (options ??= { ...env.OPTIONS, spill: store(env.STORE) });

const ends = {
  ok: () => new Response("ok"),
  throw() {
    throw new Error("thrown");
  },
  hang: () => new Promise(() => {}),
  exit: () => process.exit(1),
};

const app = instrument(
  {
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      const [, , generation, number, end] = pathname.split("/");
      const spans = Number(searchParams.get("spans"));
      for (let i = 0; i < spans; i++) {
        observe({ name: `${generation} ${number} s${i}` }, () => {});
        if (i === spans >> 1) await wait(Number(searchParams.get("pause")));
      }
      return ends[end]();
    },
  },
  { blackBox: true, initialize: optionsOf },
);

const routes = {
  state: () => ({ stats: Laminar.stats() }),
  async drain(env) {
    Laminar.initialize(optionsOf(env));
    const report = await Laminar.flush();
    return {
      report,
      drained: await Laminar.drainSpill(),
      stats: Laminar.stats(),
    };
  },
  /** The ways in which an isolate ends itself. */
  abort: () => workers.abortIsolate("the test wants it"),
  async memory() {
    const kept = [];
    for (;;) {
      kept.push(new Array(1_000_000).fill(kept.length + 0.5));
      if (kept.length % 4 === 0) await wait(1);
    }
  },
};

export default {
  async fetch(request, env, ctx) {
    const [, route] = new URL(request.url).pathname.split("/");
    if (route === "run") return app.fetch(request, env, ctx);
    return Response.json(await routes[route](env));
  },
};
