// Runs one measurement, the same in Node and in workerd.

import { WORKLOADS } from "../workloads.mjs";

/** `what`: full, rec, nested, streamed, send, empty. */
export async function drive(contender, { what, workload, spans, times = 1 }) {
  if (what === "empty") return;
  if (what === "nested" || what === "streamed") {
    for (let i = 0; i < times; i++) {
      for (let n = 0; n < spans; n++) {
        if (what === "nested") contender.nested();
        else await contender.streamed();
      }
      await contender.finish();
    }
    return;
  }
  const say = WORKLOADS[workload];
  const record = contender.record[workload === "W1" ? "W1" : "W2"];
  for (let time = 0; time < times; time++) {
    for (let i = 0; i < spans; i++) record(say(i));
    if (what === "send") await contender.send();
    else if (what === "rec" && contender.drop) contender.drop();
    else await contender.finish();
  }
}
