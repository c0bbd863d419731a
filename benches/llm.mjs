// What it costs in workerd to read an LLM's stream of 2,000 deltas: CPU of the whole process, by the kernel's
// account, beside a TextDecoder and JSON.parse for the same events. Both are measured in each round, so that what
// disturbs one disturbs the other.
// usage: node benches/llm.mjs [--rounds N] [--times STREAMS]

import { parseArgs } from "node:util";
import { bundleForWorkerd } from "./harness/build.mjs";
import { ratio, summary } from "./harness/statistics.mjs";
import { startWorkerd } from "./harness/workerd.mjs";
import { STREAMS } from "./llm/events.mjs";
import { short, table } from "./table.mjs";

// Rounds until the compiler has done its work.
const WARM_UP = 5;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    times: { type: "string", default: "10" },
  },
});
const rounds = Number(values.rounds);
const times = Number(values.times);

const worker = await startWorkerd(
  await bundleForWorkerd("llm", `export { default } from "./llm/worker.mjs";`),
);

const rows = [["workerd: CPU ms of 2,000 deltas", "engine", "parse", "times"]];
for (const format of Object.keys(STREAMS)) {
  const samples = { engine: [], parse: [] };
  for (let round = -WARM_UP; round < rounds; round++)
    for (const [way, list] of Object.entries(samples)) {
      const before = worker.cpuNs();
      await worker.ask({ way, format, times });
      const ms = (worker.cpuNs() - before) / times / 1e6;
      if (round >= 0) list.push(ms);
    }
  const { engine, parse } = samples;
  rows.push([
    format,
    short(summary(engine).median),
    short(summary(parse).median),
    short(ratio(engine, parse).median),
  ]);
}
console.log(table(rows));
await worker.stop();
