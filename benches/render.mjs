// Draws results.json: the chart, and the tables of README.md.
// usage: node benches/render.mjs

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chart } from "./chart.mjs";
import { goals } from "./goals.mjs";
import { streamTable } from "./streams.mjs";
import { goalTable, overview, requestTable } from "./table.mjs";

const file = (name) => new URL(name, import.meta.url);

export async function render() {
  const results = JSON.parse(readFileSync(file("results.json"), "utf8"));
  const { date, node, workerd, processors, rounds, load } = results;
  const run = `Run of ${date}: Node ${node}, ${workerd}, ${processors}, ${rounds} rounds, load ${load.before.toFixed(1)} before and ${load.after.toFixed(1)} after.`;
  const { requests, coldRounds, ...apart } = results["cost of a request"];
  const ofRequests = `Whole requests of ${apart.date}: ${apart.rounds} rounds of ${requests} requests and ${coldRounds} cold ones, load ${apart.load.before.toFixed(1)} before and ${apart.load.after.toFixed(1)} after.`;
  const streams = results["cost of a stream"];
  const figures = [
    requestTable(results["cost of a request"]),
    ofRequests,
    streams && streamTable(streams),
    run,
    goalTable(goals(results)),
    overview(results),
  ]
    .filter((part) => part !== undefined)
    .join("\n\n");
  writeFileSync(file("results.svg"), await chart(results));
  const readme = readFileSync(file("README.md"), "utf8");
  const [start, end] = ["<!-- figures -->", "<!-- end of figures -->"];
  const head = readme.slice(0, readme.indexOf(start) + start.length);
  const tail = readme.slice(readme.indexOf(end));
  writeFileSync(file("README.md"), `${head}\n\n${figures}\n\n${tail}`);
  return figures;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(await render());
