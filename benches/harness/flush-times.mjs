// Measures how long a flush blocks the thread until the body exists, with `spans` buffered.

import { WORKLOADS } from "../workloads.mjs";

export async function flushTimes(contender, { workload, spans, copied }) {
  const record = contender.record[workload === "W1" ? "W1" : "W2"];
  const say = WORKLOADS[workload];
  for (let i = 0; i < spans; i++) record(say(i));
  let done;
  const began = process.hrtime.bigint();
  const body = await contender.finish({
    bodyExists: () => (done ??= process.hrtime.bigint()),
  });
  const made = Number(done - began);
  if (!copied) return { wallNs: made };
  // The body is copied once, as fetch would.
  const copying = process.hrtime.bigint();
  new Uint8Array(body.length).set(body);
  return { wallNs: made + Number(process.hrtime.bigint() - copying) };
}
