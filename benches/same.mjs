// Compares the bodies of all contenders, and measures their sizes.

import { PEERS } from "./contenders/index.mjs";
import { compare } from "./correctness.mjs";
import { startNode } from "./harness/node.mjs";

const SPANS = 64;

/** Returns the bytes of a span by workload and contender. Throws if their data differ. */
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
