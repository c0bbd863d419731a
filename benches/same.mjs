// The bodies of all contenders, compared; and what they weigh.

import { PEERS } from "./contenders/index.mjs";
import { compare } from "./correctness.mjs";
import { startNode } from "./harness/node.mjs";

const SPANS = 64;

/** Bytes of a span by workload and contender. Throws if they do not say the same. */
export async function sameBytes() {
  const running = {};
  for (const name of PEERS) running[name] = await startNode(name);
  try {
    const sizes = {};
    for (const workload of ["W1", "W2", "W2U"]) {
      const bodies = {};
      for (const name of PEERS)
        bodies[name] = await running[name].bodies({ workload, spans: SPANS });
      sizes[workload] = compare(workload, bodies, SPANS);
    }
    return sizes;
  } finally {
    for (const each of Object.values(running)) each.stop();
  }
}
