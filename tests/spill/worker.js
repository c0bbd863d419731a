// A Worker that spills into a store, and drains it by route, cron and queue.

import { DurableObject } from "cloudflare:workers";
import { Laminar, observe } from "laminar-edge";
import {
  durableObjectSpill,
  kvSpill,
  queueBatchSpill,
  queueSpill,
  r2Spill,
} from "laminar-edge/spill";

const reports = [];
const sinks = {
  kv: (env) => kvSpill(env.KV),
  r2: (env, options) => r2Spill(env.R2, options),
  queue: (env) => queueSpill(env.QUEUE),
};

async function act(route, { options, names, sizes, sink }) {
  Laminar.initialize({ ...options, spill: sink });
  if (route === "spill") {
    (names ?? []).forEach((name, i) =>
      observe({ name }, () => "x".repeat(sizes?.[i] ?? 10)),
    );
    const report = await Laminar.flush();
    return { report, stats: Laminar.stats() };
  }
  if (route === "drain")
    return { report: await Laminar.drainSpill(), stats: Laminar.stats() };
  if (route === "drain-twice")
    return Promise.all([Laminar.drainSpill(), Laminar.drainSpill()]);
  // A drain that claims an item and dies: its send never settles.
  if (route === "claim-and-die") {
    let claimed = 0;
    sink.drain(() => (claimed++, new Promise(() => {})));
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { claimed };
  }
  return { reports, stats: Laminar.stats(), maxBytes: sink.maxBytes };
}

async function read(request) {
  return {
    route: new URL(request.url).pathname.slice(1),
    body: await request.json(),
  };
}

class Store extends DurableObject {
  async fetch(request) {
    const { route, body } = await read(request);
    const sink = durableObjectSpill(this.ctx.storage, body.claim);
    return Response.json(await act(route, { ...body, sink }));
  }
}
export class KeyValueStore extends Store {}
export class SqliteStore extends Store {}

export default {
  async fetch(request, env) {
    const { route, body } = await read(request.clone());
    const objects = { keyValue: env.KEY_VALUE, sqlite: env.SQLITE };
    const namespace = objects[body.store];
    if (namespace !== undefined)
      return namespace.get(namespace.idFromName("one")).fetch(request);
    const sink = sinks[body.store](env, body.claim);
    return Response.json(await act(route, { ...body, sink }));
  },
  async scheduled(controller, env) {
    Laminar.initialize({ ...env.OPTIONS, spill: sinks.kv(env) });
    reports.push(await Laminar.drainSpill());
  },
  async queue(batch, env) {
    Laminar.initialize({ ...env.OPTIONS, spill: sinks.queue(env) });
    reports.push(await Laminar.drainSpill(queueBatchSpill(batch)));
  },
};
