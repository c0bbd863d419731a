// Measures everything: results.json, and what render.mjs makes of it.
// usage: node benches/run.mjs [--quick]

import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { execFileSync } from "node:child_process";
import workerd from "workerd";
import { render } from "./render.mjs";
import { sameBytes } from "./same.mjs";
import { sizes } from "./sizes.mjs";
import * as timing from "./timing.mjs";
import { core } from "./core.mjs";

const quick = process.argv.includes("--quick");
const options = quick ? { count: 3, warmUp: 1 } : { count: 9, warmUp: 3 };

const load = { before: loadavg()[0] };
const results = {
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
for (const [name, step] of Object.entries(steps)) {
  const began = performance.now();
  results[name] = await step();
  console.log(`${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
}
load.after = loadavg()[0];

const rounded = (_, value) =>
  typeof value === "number" ? Number(value.toPrecision(4)) : value;
const file = (name) => new URL(name, import.meta.url);
writeFileSync(file("results.json"), `${JSON.stringify(results, rounded, 2)}\n`);
console.log(`\n${await render()}`);
process.exit();
