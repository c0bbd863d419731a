// One run of the soak: 100 requests at once in workerd, with what the plan does to them.

import { setTimeout as wait } from "node:timers/promises";
import { startFaultCollector } from "../faults/collector.mjs";
import { MODES, startWorker } from "../package/support/workerd.mjs";
import { SPANS } from "./plan.mjs";

const SAMPLE_EVERY_MS = 150;
// The lease of a dead flush expires two seconds after its budget and 0.75 s without a beat.
const DRAIN_WITHIN_MS = 45_000;
// A second by `Retry-After`, and the time of a flush that was too late to send.
const LONGEST_HOLD_MS = 2_000;

/** Runs it, and returns what the oracle checks. */
export async function run(t, plan) {
  const collector = await startFaultCollector({ faults: plan.faults });
  const unwelcome = await startFaultCollector({
    faults: `${plan.unwelcome}`,
  });
  t.after(() => Promise.all([collector.close(), unwelcome.close()]));
  const optionsOf = (request) => ({
    projectApiKey: request.unwelcome ? "unwelcome" : "welcome",
    baseUrl: (request.unwelcome ? unwelcome : collector).url,
    redelivery: plan.redelivery,
    maxExportBatchSize: plan.maxExportBatchSize,
    maxQueueBytes: 64 << 20,
    maxQueueSize: 100_000,
    traceExportTimeoutMillis: plan.budgetMs,
  });

  const generations = [];
  const waves = cut(plan.requests, plan.restarts + 1);
  for (const [number, requests] of waves.entries()) {
    const { flags } = MODES[plan.mode];
    const worker = await startWorker(t, "../../soak/worker.js", { flags });
    const generation = { number, requests, worker, samples: [] };
    generations.push(generation);
    const stopSampling = sample(generation);
    const clients = requests.map((request, i) =>
      client(worker, request, optionsOf(request), `g${number} r${i}`),
    );
    if (number + 1 < waves.length) {
      generation.mayRecordMore = await recorded(generation);
    } else {
      await Promise.all(clients);
      collector.behave("ok");
      await drain(generation, optionsOf(plan.requests[0]), unwelcome);
    }
    Object.assign(generation, await ask(worker, "state"));
    generation.ended = number + 1 < waves.length ? "restarted" : "drained";
    await stopSampling();
    await worker.stop();
  }
  return { plan, generations, requests: collector.requests, unwelcome };
}

/** Calls again when a connection was closed just then: workerd ends idle ones after five seconds. */
export async function ask(worker, route, body) {
  for (let tries = 1; ; tries++) {
    try {
      return await worker.call(route, body);
    } catch (error) {
      if (error.cause === undefined || tries === 3) throw error;
    }
  }
}

function cut(list, parts) {
  const size = Math.ceil(list.length / parts);
  return Array.from({ length: parts }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}

async function client(worker, request, options, who) {
  await wait(request.startMs);
  const gone = new AbortController();
  if (request.kind === "killed")
    setTimeout(() => gone.abort(), request.killedAfterMs);
  const work = {
    options,
    who,
    names: Array.from({ length: SPANS }, (_, i) => `${who} s${i}`),
    pauseMs: request.pauseMs,
    flush: request.kind === "killed" ? "awaited" : request.kind,
  };
  const call = worker.call("work", work, { signal: gone.signal });
  // A request that fails here was killed, or its isolate was. Node's fetch may lose an abort at the wrong
  // moment, so killed requests are not awaited.
  await Promise.race([
    call.catch(() => {}),
    ...(request.kind === "killed" ? [wait(5_000)] : []),
  ]);
}

function sample({ worker, samples }) {
  let stopped = false;
  const sampling = (async () => {
    while (!stopped) {
      samples.push((await ask(worker, "state")).stats);
      await wait(SAMPLE_EVERY_MS);
    }
  })();
  return () => {
    stopped = true;
    return sampling;
  };
}

/** Waits for every request whose client stays. Returns how many spans the others may still record. */
async function recorded({ worker, requests }) {
  const killed = requests.filter(({ kind }) => kind === "killed").length;
  const gaveUpAt = Date.now() + 20_000;
  for (;;) {
    const { recordedRequests, stats } = await ask(worker, "state");
    if (recordedRequests >= requests.length - killed)
      return requests.length * SPANS - stats.recorded;
    if (Date.now() > gaveUpAt) throw new Error("requests that never recorded");
    await wait(50);
  }
}

async function drain(generation, options, unwelcome) {
  const { worker, requests } = generation;
  const held = requests.filter(({ unwelcome }) => unwelcome).length * SPANS;
  const gaveUpAt = Date.now() + DRAIN_WITHIN_MS;
  for (let sentAt = Date.now(); ;) {
    const { report, stats } = await ask(worker, "drain", { options });
    // A destination that refused the key is held for longer, so its spans stay.
    if (report.attempts > 0 || stats.buffered > held) sentAt = Date.now();
    const isQuiet = Date.now() - sentAt > LONGEST_HOLD_MS;
    if (stats.inFlight === 0 && (stats.buffered === 0 || isQuiet)) return;
    if (Date.now() > gaveUpAt)
      throw new Error(`not drained: ${JSON.stringify({ report, stats })}`);
    await wait(50);
  }
}
