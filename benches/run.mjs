// Measures everything, and writes results.json and what render.mjs makes of it.
// usage: node benches/run.mjs [--quick] [--only STEP]
//   --only measures one step again, such as "cost of a request", and keeps the other figures

import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { execFileSync } from "node:child_process";
import workerd from "workerd";
import { render } from "./render.mjs";
import { costOfRequests } from "./requests.mjs";
import { costOfStreams } from "./streams.mjs";
import { sameBytes } from "./same.mjs";
import { sizes } from "./sizes.mjs";
import * as timing from "./timing.mjs";
import { core } from "./core.mjs";

const quick = process.argv.includes("--quick");
const options = quick ? { count: 3, warmUp: 1 } : { count: 9, warmUp: 3 };

const asked = process.argv.indexOf("--only");
const only = asked < 0 ? undefined : process.argv[asked + 1];
const file = (name) => new URL(name, import.meta.url);

const load = { before: loadavg()[0] };
const run = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  workerd: execFileSync(workerd.default ?? workerd, ["--version"])
    .toString()
    .trim(),
  processors: `${cpus().length} x ${cpus()[0].model}`,
  rounds: options.count,
  load,
};

const steps = {
  "cost of a request": () =>
    costOfRequests(quick ? { rounds: 10, coldRounds: 5 } : {}),
  "cost of a stream": () => costOfStreams(quick ? { rounds: 10 } : {}),
  "bytes of a span": sameBytes,
  "a Worker's bundle": sizes,
  "the core, counted": core,
  "retained bytes": timing.memoryInNode,
  "flush in Node": () => timing.flushesInNode(options),
  "growth in Node": () => timing.growthInNode(options),
  "recording in Node": () => timing.inNode(options),
  "recording in workerd": () => timing.inWorkerd(options),
  "requests in workerd": () => timing.requestsInWorkerd(options),
  "start of workerd": () => timing.startupOfWorkerd(options),
};
if (only !== undefined && !(only in steps))
  throw new Error(`--only takes one of: ${Object.keys(steps).join(", ")}`);
const results =
  only === undefined
    ? run
    : JSON.parse(readFileSync(file("results.json"), "utf8"));
for (const [name, step] of Object.entries(steps)) {
  if (only !== undefined && only !== name) continue;
  const began = performance.now();
  results[name] = await step();
  console.log(`${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
}
load.after = loadavg()[0];
// It has rounds of its own, and may be measured alone.
if (only === undefined || only === "cost of a request")
  Object.assign(results["cost of a request"], { date: run.date, load });

const rounded = (_, value) =>
  typeof value === "number" ? Number(value.toPrecision(4)) : value;
writeFileSync(file("results.json"), `${JSON.stringify(results, rounded, 2)}\n`);
console.log(`\n${await render()}`);
process.exit();
