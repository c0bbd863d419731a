// What redaction costs: CPU of a span with it, as it is by default, over the same span with `redact: false`, in
// Node and in workerd; and how many megabytes of text are searched in a second. Both programs run in each
// round, so that what disturbs one disturbs the other.
// usage: node benches/redaction.mjs [--rounds N]

import { fork } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { bundleForWorkerd } from "./harness/build.mjs";
import { median, ratio, summary } from "./harness/statistics.mjs";
import { startWorkerd } from "./harness/workerd.mjs";
import { Laminar } from "../pkg/node.js";
import { run } from "./redaction/program.mjs";
import { SPANS, TEXTS } from "./redaction/spans.mjs";
import { short, table } from "./table.mjs";

// Rounds until the compiler has done its work.
const WARM_UP = 5;
const SPANS_IN_A_ROUND = { "a chat of 50 KB": 50 };
const MOST_SPANS = 500;
const TEXTS_IN_A_ROUND = 8;
const WAYS = ["yes", "no"];

if (process.send !== undefined) await beNode();
else await measure();

/** Answers each request of the parent with the CPU time that it took. */
async function beNode() {
  process.on("message", async (asked) => {
    const before = process.cpuUsage();
    await run(Laminar, asked);
    const { user, system } = process.cpuUsage(before);
    process.send((user + system) * 1e3);
  });
}

async function node() {
  const child = fork(new URL(import.meta.url).pathname);
  return {
    async ask(asked) {
      child.send(asked);
      const [ns] = await once(child, "message");
      return ns;
    },
    stop: () => child.kill(),
  };
}

async function workerd() {
  const source = `
import { Laminar } from "../pkg/workerd.js";
import { run } from "./redaction/program.mjs";
export default {
  async fetch(request) {
    const asked = Object.fromEntries(new URL(request.url).searchParams);
    await run(Laminar, { ...asked, times: Number(asked.times) });
    return new Response("done");
  },
};`;
  const worker = await startWorkerd(
    await bundleForWorkerd("redaction", source),
  );
  return {
    async ask(asked) {
      const before = worker.cpuNs();
      await worker.ask(asked);
      return worker.cpuNs() - before;
    },
    stop: () => worker.stop(),
  };
}

async function measure() {
  const { values } = parseArgs({
    options: { rounds: { type: "string", default: "20" } },
  });
  for (const [name, start] of Object.entries({ Node: node, workerd }))
    await measureIn(name, start, Number(values.rounds));
}

async function measureIn(name, start, rounds) {
  const programs = { yes: await start(), no: await start() };
  const rows = [[`${name}: a span, µs`, "redacted", "as it is", "times"]];
  const speeds = [[`${name}: texts of 1 MB`, "MB/s"]];
  for (const kind of [...Object.keys(SPANS), ...Object.keys(TEXTS)]) {
    const isText = kind in TEXTS;
    const times = isText
      ? TEXTS_IN_A_ROUND
      : (SPANS_IN_A_ROUND[kind] ?? MOST_SPANS);
    const samples = { yes: [], no: [] };
    for (let round = -WARM_UP; round < rounds; round++)
      for (const redact of WAYS) {
        const ns = await programs[redact].ask({ redact, kind, times });
        if (round >= 0) samples[redact].push(ns / times / 1e3);
      }
    const { yes, no } = samples;
    if (isText) {
      // Without redaction it is the same, but for the search.
      const us = median(yes.map((each, round) => each - no[round]));
      speeds.push([kind, short(2 ** 20 / us)]);
    } else {
      rows.push([
        kind,
        short(summary(yes).median),
        short(summary(no).median),
        short(ratio(yes, no).median),
      ]);
    }
  }
  console.log(table(rows));
  console.log(table(speeds));
  for (const program of Object.values(programs)) await program.stop();
}
