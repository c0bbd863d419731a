// Measures what telemetry adds to a request of a Worker: the CPU time of all of workerd, as the kernel counts
// it, less that of the same Worker without telemetry in the same round. It runs as a part of run.mjs, or by
// itself.
// usage: node benches/requests.mjs [--quick] [--rounds N] [--requests N] [--no-cold] [--only PREFIX,...]
//   [--beside NAME=PKG]...   the folder of a built package, to be measured beside the installed one

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundleForWorkerd } from "./harness/build.mjs";
import { startSink } from "./harness/sink.mjs";
import { summary } from "./harness/statistics.mjs";
import { startWorkerd } from "./harness/workerd.mjs";
import { checkBody } from "./requests/check.mjs";
import { OURS, WORKERS } from "./requests/index.mjs";
import { requestTable } from "./table.mjs";

// The time after a body has arrived for the answer to be read and threads to become idle.
const REST_MS = 20;
// Enough requests for the compiler to have optimised the code.
const WARM_UP = 1_000;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** `[name, { worker, replaced }]` of all contenders, those of other packages included. */
function contendersOf({ only, beside = {} }) {
  const all = Object.keys(WORKERS).map((name) => [name, { worker: name }]);
  for (const [label, folder] of Object.entries(beside))
    for (const worker of OURS) {
      const replaced = { "laminar-edge": resolve(folder, "workerd.js") };
      all.push([`${worker}, ${label}`, { worker, replaced }]);
    }
  const isAsked = (name) => only.some((each) => name.startsWith(each));
  return all.filter(([name]) => name === "untraced" || !only || isAsked(name));
}

const bundle = (name, { worker, replaced }) =>
  bundleForWorkerd(
    `requests-${name.replaceAll(/\W+/g, "-")}`,
    `export { default } from "./requests/${worker}.mjs";`,
    { replaced },
  );

const posts = (worker) => worker !== "untraced";

/** Makes one request after the other, each with its flush. Returns ns of CPU for a request. */
async function drive({ worker, sink, process }, count) {
  const before = process.cpuNs();
  for (let i = 0; i < count; i++) {
    const wanted = sink.posts() + 1;
    await process.ask({});
    if (posts(worker)) await sink.until(wanted);
  }
  await pause(REST_MS);
  return (process.cpuNs() - before) / count;
}

async function checked(name, { worker, sink, process }) {
  await process.ask({});
  if (!posts(worker)) return;
  await sink.until(1);
  if (WORKERS[worker] !== undefined)
    checkBody(name, sink.body(), WORKERS[worker]);
  // A contender that sends twice must not cost the next one time.
  await process.ask({});
  await sink.until(2);
  await pause(200);
  if (sink.posts() !== 2) throw new Error(`${name} sent ${sink.posts()}`);
}

async function warm(contenders, { rounds, requests }) {
  const running = {};
  for (const [name, { worker, folder }] of contenders) {
    const sink = await startSink();
    const process = await startWorkerd(folder, { collector: sink.url });
    running[name] = { worker, sink, process };
    await checked(name, running[name]);
    await drive(running[name], WARM_UP);
  }
  const samples = {};
  for (let round = 0; round < rounds; round++)
    for (const [name, each] of Object.entries(running))
      (samples[name] ??= []).push((await drive(each, requests)) / 1000);
  for (const { process, sink } of Object.values(running)) {
    await process.stop();
    sink.stop();
  }
  return samples;
}

/** Returns the ms of CPU from the start until the first request's spans have arrived. */
async function cold(contenders, { rounds }) {
  const samples = {};
  const sink = await startSink();
  for (let round = 0; round < rounds; round++)
    for (const [name, { worker, folder }] of contenders) {
      const wanted = sink.posts() + 1;
      const process = await startWorkerd(folder, { collector: sink.url });
      await process.ask({});
      if (posts(worker)) await sink.until(wanted);
      await pause(2 * REST_MS);
      (samples[name] ??= []).push(process.cpuNs() / 1e6);
      await process.stop();
    }
  sink.stop();
  return samples;
}

const minus = (ours, theirs) => ours.map((value, i) => value - theirs[i]);

function inFigures(samples) {
  const { untraced, "bare-post": post } = samples;
  const figures = {};
  for (const [name, list] of Object.entries(samples)) {
    figures[name] = {
      whole: summary(list),
      over: summary(minus(list, untraced)),
      overPost: post && summary(minus(list, post)),
    };
  }
  return figures;
}

/** Checks what each Worker sends for its first two requests. Returns the bytes of a body by contender. */
export async function bodiesOfRequests() {
  const bytes = {};
  for (const [name, { worker }] of contendersOf({})) {
    const sink = await startSink();
    const folder = await bundle(name, { worker });
    const process = await startWorkerd(folder, { collector: sink.url });
    try {
      await checked(name, { worker, sink, process });
    } finally {
      await process.stop();
      sink.stop();
    }
    bytes[name] = sink.body().length;
  }
  return bytes;
}

/** `{ warm, cold }` by contender: over the untraced Worker, and over the one that only posts. */
export async function costOfRequests({
  rounds = 40,
  requests = 100,
  coldRounds = 15,
  only,
  beside,
} = {}) {
  const contenders = contendersOf({ only, beside });
  for (const [name, each] of contenders) each.folder = await bundle(name, each);
  const results = {
    rounds,
    requests,
    coldRounds,
    warm: inFigures(await warm(contenders, { rounds, requests })),
  };
  if (coldRounds > 0)
    results.cold = inFigures(await cold(contenders, { rounds: coldRounds }));
  return results;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean" },
      "no-cold": { type: "boolean" },
      rounds: { type: "string" },
      requests: { type: "string" },
      only: { type: "string" },
      beside: { type: "string", multiple: true },
    },
  });
  const beside = Object.fromEntries(
    (values.beside ?? []).map((each) => each.split("=")),
  );
  const results = await costOfRequests({
    rounds: Number(values.rounds ?? (values.quick ? 10 : 40)),
    requests: Number(values.requests ?? 100),
    coldRounds: values["no-cold"] ? 0 : values.quick ? 5 : 15,
    only: values.only?.split(","),
    beside,
  });
  console.log(requestTable(results));
  process.exit();
}
