// One contender in a Node process of its own: runs what the parent asks for, and reports the time.

import { drive } from "./drive.mjs";
import { observeMemory } from "./memory.mjs";
import { flushTimes } from "./flush-times.mjs";

const contender = await import(process.argv[2]);
contender.start({ hold: process.argv[3] === "hold" });

const ACTIONS = {
  async drive(request) {
    const cpu = process.cpuUsage();
    const began = process.hrtime.bigint();
    await drive(contender, request);
    const wallNs = Number(process.hrtime.bigint() - began);
    const { user, system } = process.cpuUsage(cpu);
    return { wallNs, cpuNs: (user + system) * 1000 };
  },
  memory: (request) => observeMemory(contender, request),
  flush: (request) => flushTimes(contender, request),
  async bodies({ workload, spans }) {
    await drive(contender, { what: "rec", workload, spans: 1 });
    const { WORKLOADS } = await import("../workloads.mjs");
    const record = contender.record[workload === "W1" ? "W1" : "W2"];
    for (let i = 0; i < spans; i++) record(WORKLOADS[workload](i));
    const body = await contender.finish({ copy: true });
    return Buffer.from(body).toString("base64");
  },
};

process.on("message", async ({ action, request }) => {
  try {
    process.send({ result: await ACTIONS[action](request) });
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
process.send({ ready: true });
