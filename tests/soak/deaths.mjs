// One run in which isolates are really killed: several generations of a Worker with a Tail Worker and a spill
// sink. Each but the last is killed in the middle of its requests.

import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { startFaultCollector } from "../faults/collector.mjs";
import { startPair } from "../tail/support.mjs";

const REQUESTS = 40;
export const SPANS = 10;
const SAMPLE_EVERY_MS = 50;
const DRAIN_WITHIN_MS = 60_000;
// The limit is for the data of the process. Each of its isolates reserves 128 MiB for code alone.
const MEMORY_KB = 800_000;

const ends = fc.constantFrom("ok", "ok", "ok", "throw", "hang", "exit");
const fault = fc.constantFrom(
  ...Array(24).fill("ok"),
  ...["503", "429", "hang", "reset-after-body", "reset-before-body", "500"],
);
const plan = fc.record({
  ends: fc.array(ends, { minLength: REQUESTS, maxLength: REQUESTS }),
  pauses: fc.array(fc.nat(400), { minLength: REQUESTS, maxLength: REQUESTS }),
  startsMs: fc.array(fc.nat(1_500), {
    minLength: REQUESTS,
    maxLength: REQUESTS,
  }),
  killedAfterMs: fc.array(fc.nat(600), {
    minLength: 8,
    maxLength: 8,
  }),
  faults: fc.array(fault, { minLength: 400, maxLength: 400 }),
});

/** How each isolate is killed, and how its spans are sent. The last one lives. */
const GENERATIONS = ["SIGKILL", "abort", "memory", undefined].flatMap((death) =>
  ["fetch", "tail"].map((transport) => ({ death, transport })),
);

export function draw(seed) {
  const [drawn] = fc.sample(fc.noBias(plan), { seed, numRuns: 1 });
  return { seed, ...drawn };
}

/** Runs it, and returns what the oracle checks. */
export async function run(t, plan) {
  const collector = await startFaultCollector({ faults: plan.faults });
  const store = await startStore();
  const workerd = await smallWorkerd();
  t.after(() =>
    Promise.all([collector.close(), store.close(), workerd.remove()]),
  );
  process.env.MINIFLARE_WORKERD_PATH = workerd.path;
  const options = {
    projectApiKey: "key",
    baseUrl: collector.url,
    // With this a span that arrives twice is a defect.
    redelivery: "at-most-once",
    traceExportTimeoutMillis: 600,
  };
  const generations = [];
  let lost = 0;
  for (const [number, { death, transport }] of GENERATIONS.entries()) {
    const pair = await startPair(t, {
      source: "../soak/deaths.worker.js",
      producer: { STORE: store.url, OPTIONS: { ...options, transport } },
      tail: { OPTIONS: { initialize: options } },
    });
    const paths = plan.ends.map(
      (end, i) =>
        `/run/g${number}/r${i}/${end}?spans=${SPANS}&pause=${plan.pauses[i]}`,
    );
    const generation = { number, death, transport, paths, samples: [] };
    generations.push(generation);
    const sampling = sample(pair, generation);
    const clients = paths.map(async (path, i) => {
      await wait(plan.startsMs[i]);
      await pair.call(path).catch(() => {});
    });
    if (death === undefined) {
      await Promise.all(clients);
      collector.behave("ok");
      lost += await drain(pair, generation, store);
    } else {
      await begun(collector, number);
      await wait(plan.killedAfterMs[number]);
      if (death === "SIGKILL") process.kill(workerdOf(), death);
      else pair.call(`/${death}`).catch(() => {});
      await gone();
    }
    await sampling.stop();
    await pair.stop();
  }
  return { plan, generations, requests: collector.requests, lost, store };
}

/** Reads the ledgers of both Workers repeatedly, until one does not answer. */
function sample(pair, { samples }) {
  let stopped = false;
  const look = async () => {
    const [producer, tail] = await Promise.all([
      pair.call("/state").then(({ text }) => JSON.parse(text).stats),
      pair.askTail().then(({ stats }) => stats),
    ]);
    samples.push({ producer, tail });
  };
  const sampling = (async () => {
    while (!stopped) {
      await Promise.race([look(), wait(2_000)]).catch(() => {});
      await wait(SAMPLE_EVERY_MS);
    }
  })();
  return {
    stop() {
      stopped = true;
      return sampling;
    },
  };
}

/** Flushes and drains until the isolates and the store are empty. Returns how many spilled spans were lost. */
async function drain(pair, generation, store) {
  const gaveUpAt = Date.now() + DRAIN_WITHIN_MS;
  let lost = 0;
  for (;;) {
    const { text } = await pair.call("/drain");
    const { stats, drained } = JSON.parse(text);
    lost += drained.rejected;
    for (const spans of Object.values(drained.dropped)) lost += spans;
    const { stats: tail } = await pair.askTail();
    const left = [stats, tail].flatMap((each) => [
      each.buffered,
      each.inFlight,
    ]);
    const arrived = stats.handed === 0 || tail.recorded >= stats.handed;
    if (
      left.every((spans) => spans === 0) &&
      store.items.size === 0 &&
      arrived
    ) {
      // A Tail Worker gets an invocation when it has ended.
      await wait(2_000);
      const last = await pair.askTail();
      if (last.stats.recorded === tail.recorded) {
        generation.samples.push({ producer: stats, tail: last.stats });
        return lost;
      }
    }
    if (Date.now() > gaveUpAt)
      throw new Error(
        `not drained: ${JSON.stringify({ stats, tail, drained })}`,
      );
    await wait(50);
  }
}

/** Waits until a span of this generation has arrived. */
async function begun({ requests }, number) {
  const gaveUpAt = Date.now() + 30_000;
  const isMine = ({ name }) => name.startsWith(`g${number} `);
  while (!requests.some(({ accepted }) => accepted.some(isMine))) {
    if (Date.now() > gaveUpAt) throw new Error("nothing arrives");
    await wait(20);
  }
}

/** The store for spilled items, in this process, which is not killed. */
async function startStore() {
  const items = new Map();
  let last = 0;
  const server = createServer(async (incoming, response) => {
    const name = incoming.url.slice(1);
    if (incoming.method === "POST") {
      const chunks = [];
      for await (const chunk of incoming) chunks.push(chunk);
      items.set(String(last++), Buffer.concat(chunks));
      return response.end();
    }
    if (incoming.method === "DELETE") items.delete(name);
    response.end(name ? items.get(name) : JSON.stringify([...items.keys()]));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    items,
    get stored() {
      return last;
    },
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

/** The newest workerd, which has `abortIsolate`, with little memory. */
async function smallWorkerd() {
  const newest = createRequire(import.meta.url)("workerd-newest");
  const folder = await mkdtemp(join(tmpdir(), "workerd-"));
  const path = join(folder, "workerd");
  const script = `#!/bin/sh\nulimit -d ${MEMORY_KB}\nexec ${newest.default ?? newest} "$@"\n`;
  await writeFile(path, script, { mode: 0o755 });
  return { path, remove: () => rm(folder, { recursive: true }) };
}

/** Returns the process of the running Worker, a child of this one. */
function workerdOf() {
  const children = execFileSync("ps", [
    ...["-o", "pid=,args=", "--ppid", String(process.pid)],
  ]).toString();
  const line = children
    .split("\n")
    .find((each) => / serve --binary /.test(each));
  return line === undefined ? undefined : Number.parseInt(line, 10);
}

async function gone() {
  const gaveUpAt = Date.now() + 60_000;
  while (workerdOf() !== undefined) {
    if (Date.now() > gaveUpAt) throw new Error("workerd lives on");
    await wait(20);
  }
}
