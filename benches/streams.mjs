// Measures what it costs to follow a stream of 20 chunks in workerd: the CPU time of the whole process from the
// kernel, compared with the same stream untraced, and with a span recorded beside it.
// usage: node benches/streams.mjs [--rounds N] [--streams N] [--only SOURCE,...] [--beside NAME=PKG]...
//   --beside: the folder of a built package, to be measured beside the installed one

import { createServer } from "node:http";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundleForWorkerd } from "./harness/build.mjs";
import { median, summary } from "./harness/statistics.mjs";
import { startWorkerd } from "./harness/workerd.mjs";
import { BODIES, PIECES, SOURCES } from "./streams/sources.mjs";
import { short, table } from "./table.mjs";

// Warm-up rounds, until the compiler has optimised the code.
const WARM_UP = 5;
const OURS = ["beside", "followed"];
const WAYS = ["untraced", "opentelemetry", ...OURS];

/** Starts a server that streams the chunks one by one, as model providers do. */
async function startUpstream() {
  const server = createServer(async (_, response) => {
    for (const piece of PIECES) {
      response.write(piece);
      await new Promise(setImmediate);
    }
    response.end();
  });
  server.keepAliveTimeout = 600_000;
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, stop };
}

async function startWays(beside, upstream) {
  const all = WAYS.map((way) => [way, way, {}]);
  for (const [label, folder] of Object.entries(beside))
    for (const way of OURS)
      all.push([
        `${way}, ${label}`,
        way,
        { "laminar-edge": resolve(folder, "workerd.js") },
      ]);
  const running = {};
  for (const [name, way, replaced] of all) {
    const bundle = await bundleForWorkerd(
      `streams-${name.replaceAll(/\W+/g, "-")}`,
      `export { default } from "./streams/${way}.mjs";`,
      { replaced },
    );
    running[name] = await startWorkerd(bundle, { collector: upstream });
  }
  return running;
}

/** Streams read in one request. */
const readInside = (source) => async (worker, streams) => {
  const before = worker.cpuNs();
  await worker.ask({ source, streams });
  return worker.cpuNs() - before;
};

/** Bodies of as many responses, one after the other. */
const answered = (body) => async (worker, streams) => {
  const before = worker.cpuNs();
  for (let i = 0; i < streams; i++) await worker.ask({ body });
  return worker.cpuNs() - before;
};

async function measure(running, sample, { rounds, streams }) {
  const samples = {};
  for (let round = -WARM_UP; round < rounds; round++)
    for (const [name, worker] of Object.entries(running)) {
      const us = (await sample(worker, streams)) / streams / 1000;
      if (round >= 0) (samples[name] ??= []).push(us);
    }
  const figures = {};
  for (const [name, list] of Object.entries(samples))
    figures[name] = {
      ...summary(list),
      over: summary(list.map((us, i) => us - samples.untraced[i])),
      // This is compared with a span of the same package beside the stream.
      times: median(
        list.map(
          (us, i) => us / samples[name.replace("followed", "beside")][i],
        ),
      ),
    };
  return figures;
}

/** Returns `{ read: { source: figures }, answered: { body: figures } }`, in µs of CPU for a stream. */
export async function costOfStreams({
  rounds = 30,
  streams = 200,
  only,
  beside = {},
} = {}) {
  const upstream = await startUpstream();
  const running = await startWays(beside, upstream.url);
  const named = (all) =>
    Object.keys(all).filter((name) => !only || only.includes(name));
  const results = { read: {}, answered: {} };
  for (const source of named(SOURCES))
    results.read[source] = await measure(running, readInside(source), {
      rounds,
      streams,
    });
  for (const body of named(BODIES))
    results.answered[body] = await measure(running, answered(body), {
      rounds,
      streams: streams / 4,
    });
  for (const each of Object.values(running)) await each.stop();
  upstream.stop();
  return results;
}

const NAMES = {
  untraced: "untraced",
  opentelemetry: "OTel beside it",
  beside: "laminar-edge beside it",
  followed: "laminar-edge follows it",
};

/** Returns one row for each stream. */
export function streamTable({ read, answered }) {
  const rows = [
    ...Object.entries(read).map(([name, found]) => [name, found]),
    ...Object.entries(answered).map(([name, found]) => [
      `body: ${name}`,
      found,
    ]),
  ];
  const ways = Object.keys(rows[0][1]);
  const cell = ({ median, over, times }, way) =>
    way === "untraced"
      ? short(median)
      : `+${short(over.median)}${way.startsWith("followed") ? ` (${times.toFixed(2)}x)` : ""}`;
  return table([
    ["workerd: CPU µs of 20 pieces", ...ways.map((way) => NAMES[way] ?? way)],
    ...rows.map(([name, found]) => [
      name,
      ...ways.map((way) => cell(found[way], way)),
    ]),
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string" },
      streams: { type: "string" },
      only: { type: "string" },
      beside: { type: "string", multiple: true },
    },
  });
  const results = await costOfStreams({
    rounds: Number(values.rounds ?? 30),
    streams: Number(values.streams ?? 200),
    only: values.only?.split(","),
    beside: Object.fromEntries(
      (values.beside ?? []).map((each) => each.split("=")),
    ),
  });
  console.log(streamTable(results));
  process.exit();
}
