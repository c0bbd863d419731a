// Uses the SDK in the global scope, where a Worker has no clock, entropy, timers or fetch.

import { env } from "cloudflare:workers";
import { said } from "./console.js";
import { Laminar, observe } from "laminar-edge";

const thrown = [];
const options = { projectApiKey: "key", baseUrl: env.COLLECTOR };
let report;
// Cloudflare's global scope has no time at all; local workerd has one.
const clocks = [Date.now, performance.now];
if (env.SCENE === "no clock") Date.now = performance.now = () => 0;
const { random } = Math;
if (env.SCENE === "no entropy") {
  Math.random = () => 0;
  crypto.getRandomValues = () => {
    throw new Error("not in this scope");
  };
}
try {
  // Before initialize, calls pass through.
  observe({ name: "nobody's" }, () => {
    Laminar.event({ name: "nobody's" });
    Laminar.setSpanTags(["nobody's"]);
  });
  Laminar.startActiveSpan({ name: "nobody's" }).end();
  Laminar.serializeLaminarSpanContext();
  for (const flush of [Laminar.flush, Laminar.forceFlush])
    flush().catch((error) => thrown.push(String(error)));
  Laminar.initialize(options);
  observe({ name: "outer" }, () => observe({ name: "inner" }, () => 1));
  Laminar.flush().then(
    (settled) => (report = settled),
    (error) => thrown.push(String(error)),
  );
} catch (error) {
  thrown.push(String(error.stack));
}
const unended = Laminar.startSpan({ name: "ended in a request" });
unended.addEvent("before any request");
const early = { thrown, clock: Date.now(), stats: Laminar.stats() };

export default {
  async fetch() {
    [Date.now, performance.now] = clocks;
    Math.random = random;
    delete crypto.getRandomValues;
    early.report = report;
    Laminar.initialize(options);
    observe({ name: "late", parent: unended }, () => 1);
    unended.end();
    const later = { report: await Laminar.flush(), stats: Laminar.stats() };
    return Response.json({ early, later, said });
  },
};
