// Measures times, which vary, so they are printed and never asserted.

import { createServer } from "node:http";
import { ALL, PEERS } from "./contenders/index.mjs";
import { bundleForWorkerd, measuredWorker } from "./harness/build.mjs";
import { startNode } from "./harness/node.mjs";
import { inFigures, rounds } from "./harness/rounds.mjs";
import { startWorkerd } from "./harness/workerd.mjs";

const BATCH = 512;

async function started(names, start) {
  const running = {};
  for (const name of names) running[name] = await start(name);
  return running;
}

async function stopped(running) {
  for (const each of Object.values(running)) await each.stop();
}

/** Measures the CPU time of a span, with the threads of the garbage collector and the compiler. */
async function cpu(running, request, { count, warmUp, emptied }) {
  const per = request.spans * (request.times ?? 1);
  return rounds(running, { count, warmUp }, async (each) => {
    const { cpuNs } = await each.drive(request);
    if (!emptied) return cpuNs / per;
    const empty = await each.drive({ what: "empty" });
    return (cpuNs - empty.cpuNs) / per;
  });
}

async function recording(running, options, results) {
  for (const workload of ["W1", "W2", "W2U"]) {
    for (const what of ["rec", "full"]) {
      const times = workload === "W1" ? 16 : 4;
      results[`${workload} ${what}`] = await cpu(
        running,
        { what, workload, spans: BATCH, times },
        options,
      );
    }
  }
  const { "floor-json": _, "floor-unavoidable": __, ...peers } = running;
  for (const what of ["nested", "streamed"])
    results[what] = await cpu(
      peers,
      // It is called once in each request, because the span of a stream that begins after a flush is exported
      // in the background.
      { what, spans: BATCH, times: 1 },
      options,
    );
}

export async function inNode({ count, warmUp }) {
  const running = await started(ALL, startNode);
  const results = {};
  await recording(running, { count, warmUp }, results);
  await stopped(running);
  return results;
}

/** Each measurement has a fresh process, so that memory of other work does not count. */
export async function memoryInNode() {
  const results = {};
  const names = Object.fromEntries(PEERS.map((name) => [name, name]));
  for (const workload of ["W1", "W2"])
    results[workload] = await rounds(names, { count: 3 }, async (name) => {
      const process = await startNode(name, { hold: true });
      const bytes = await process.memory({ workload, spans: 10_000 });
      process.stop();
      return bytes;
    });
  return results;
}

export async function flushesInNode({ count, warmUp }) {
  const running = await started(PEERS, startNode);
  const results = {};
  for (const copied of [false, true]) {
    for (const spans of [1, 10, 100, 1_000, 10_000]) {
      const many = { count: spans > 1000 ? Math.min(count, 5) : count, warmUp };
      const figures = await rounds(
        running,
        many,
        async (each) =>
          (await each.flush({ workload: "W2", spans, copied })).wallNs / 1000,
      );
      results[`${spans}${copied ? " with the copy" : ""}`] = figures;
    }
  }
  await stopped(running);
  return results;
}

export async function growthInNode({ count, warmUp }) {
  const running = await started(PEERS, startNode);
  const results = {};
  for (const [name, each] of Object.entries(running)) {
    const figures = { few: [], many: [] };
    for (let round = -warmUp; round < count; round++) {
      for (const [which, spans, times] of [
        ["few", 512, 20],
        ["many", 10_240, 1],
      ]) {
        const request = { what: "full", workload: "W2", spans, times };
        const { cpuNs } = await each.drive(request);
        if (round >= 0) figures[which].push(cpuNs / (spans * times));
      }
    }
    // The ratio of the first to itself is 1; that of the second is the inverse of the growth.
    const { few, many } = inFigures({ few: figures.few, many: figures.many });
    results[name] = {
      few,
      many,
      growth: inFigures({ many: figures.many, few: figures.few }).few.ratio,
    };
  }
  await stopped(running);
  return results;
}

async function workersOf(names, collector) {
  return started(names, async (name) =>
    startWorkerd(await bundleForWorkerd(name, measuredWorker(name)), {
      collector,
    }),
  );
}

/** Accepts everything with an empty answer. */
async function startSink() {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.end());
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, stop };
}

export async function inWorkerd({ count, warmUp }) {
  const sink = await startSink();
  const running = await workersOf(ALL, sink.url);
  const results = {};
  await recording(running, { count, warmUp, emptied: true }, results);
  await stopped(running);
  sink.stop();
  return results;
}

/** Measures a whole request of a Worker: record, flush over a real connection, answer. Wall time, in µs. */
export async function requestsInWorkerd({ count, warmUp }) {
  const sink = await startSink();
  const running = await workersOf(PEERS, sink.url);
  const results = {};
  for (const spans of [1, 10, 50])
    results[spans] = await rounds(
      running,
      { count: count * 4, warmUp: warmUp * 4 },
      async (each) =>
        (await each.drive({ what: "send", workload: "W2", spans })).wallNs /
        1000,
    );
  await stopped(running);
  sink.stop();
  return results;
}

/** Measures the ms from the start to the first response, which records and encodes a span or does nothing. */
export async function startupOfWorkerd({ count }) {
  const empty = `export default { fetch: () => new Response("done") };`;
  const bundles = { empty: await bundleForWorkerd("empty", empty) };
  for (const name of PEERS)
    bundles[name] = await bundleForWorkerd(name, measuredWorker(name));
  const sink = await startSink();
  const results = {};
  for (const what of ["empty", "full"]) {
    const samples = {};
    for (let round = 0; round < count; round++) {
      for (const [name, bundle] of Object.entries(bundles)) {
        const worker = await startWorkerd(bundle, { collector: sink.url });
        await worker.ask({ what, workload: "W2", spans: 1 });
        const ms = Number(process.hrtime.bigint() - worker.began) / 1e6;
        await worker.stop();
        (samples[name] ??= []).push(ms);
      }
    }
    const over = {};
    for (const name of PEERS)
      over[name] = samples[name].map((ms, i) => ms - samples.empty[i]);
    results[what === "full" ? "first span" : "first response"] =
      inFigures(over);
  }
  sink.stop();
  return results;
}
