// The Worker of the soak and memory suites: requests that record and flush, or do not.

import { said } from "../package/workers/console.js";
import { Laminar, observe } from "laminar-edge";
// These are the modules that the package uses, because no public export gives access to the memory.
import { flushesUnderWay } from "../../pkg/lib/core/instance.js";
import { current } from "../../pkg/lib/core/instance.js";

const flushes = [];
let recordedRequests = 0;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Times a flush beside a bare timer of the same length, whose delay is the machine's. */
async function timedFlush(who, budgetMs = 10_000) {
  const began = Date.now();
  let timerMs;
  const timer = setTimeout(
    () => (timerMs = Date.now() - began),
    budgetMs + 100,
  );
  const [report, rejected] = await Laminar.flush().then(
    (report) => [report],
    (error) => [undefined, String(error)],
  );
  clearTimeout(timer);
  const tookMs = Date.now() - began;
  flushes.push({ who, budgetMs, tookMs, timerMs, rejected });
  return report;
}

function record(names, payload) {
  for (const name of names) observe({ name, input: payload }, () => name);
}

const routes = {
  async work({ options, who, names, payload, pauseMs, flush }, ctx) {
    Laminar.initialize(options);
    const half = names.length / 2;
    record(names.slice(0, half), payload);
    if (pauseMs !== undefined) await wait(pauseMs);
    record(names.slice(half), payload);
    recordedRequests++;
    const flushed = () => timedFlush(who, options.traceExportTimeoutMillis);
    if (flush === "later") ctx.waitUntil(flushed());
    if (flush === "unwaited") flushed();
    if (flush === "awaited") await flushed();
    return {};
  },

  /** Like that of `work`, without figures that would themselves take memory. */
  fail({ options, names, payload }, ctx) {
    Laminar.initialize(options);
    record(names, payload);
    ctx.waitUntil(Laminar.flush());
    return {};
  },

  async drain({ options }) {
    Laminar.initialize(options);
    const report = await timedFlush("drain", options.traceExportTimeoutMillis);
    return { report, stats: Laminar.stats() };
  },

  memory() {
    const { exports } = current();
    return {
      stats: Laminar.stats(),
      wasmBytes: exports.memory.buffer.byteLength,
      pendingFlushes: flushesUnderWay(),
    };
  },

  /** Makes garbage, so that V8 collects what is there already. */
  churn() {
    let kept = [];
    for (let i = 0; i < 400; i++) kept = [new Array(20_000).fill(i), kept[0]];
    return kept.length;
  },

  state: () => ({ stats: Laminar.stats(), recordedRequests, flushes, said }),
};

export default {
  async fetch(request, env, ctx) {
    const route = routes[new URL(request.url).pathname.slice(1)];
    return Response.json(await route(await request.json(), ctx));
  },
};
