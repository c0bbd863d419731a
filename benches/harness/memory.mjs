// Measures the bytes of buffered spans, in the runtime's and wasm's memory together.

import { WORKLOADS } from "../workloads.mjs";

export async function observeMemory(contender, { workload, spans }) {
  const record = contender.record[workload === "W1" ? "W1" : "W2"];
  const say = WORKLOADS[workload];
  // Memory that is allocated once, and the code itself, does not count.
  for (let i = 0; i < 50; i++) record(say(i));
  const before = await used();
  for (let i = 0; i < spans; i++) record(say(i));
  const after = await used();
  return (after - before) / spans;
}

async function used() {
  for (let i = 0; i < 4; i++) {
    globalThis.gc();
    await new Promise((done) => setTimeout(done, 20));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
