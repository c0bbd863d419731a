// Runs every case in the runtime that runs this: `node every-case.mjs`, `deno run -A every-case.mjs`.

import { Laminar } from "laminar-edge";
import { startFaultCollector } from "../../faults/collector.mjs";
import { callAs, joined } from "./call.mjs";
import { CUTS, runAll } from "./run-all.mjs";

const { url, requests } = await startFaultCollector();
Laminar.initialize({ projectApiKey: "key", baseUrl: url });

let right = 0;
const wrong = [];
/** The part of a test's context that `runAll` needs. */
const context = {
  async test(id, run) {
    try {
      await run();
      right += 1;
    } catch (error) {
      wrong.push(`${id}: ${error.message}`);
    }
  },
};
const collector = {
  get spans() {
    return requests.flatMap(({ spans }) => spans);
  },
};
await runAll(context, collector, CUTS["at random"], async (found, pieces) => {
  const { chunks, ...seen } = await callAs(found, pieces);
  await Laminar.flush();
  return { ...seen, bytes: joined(chunks) };
});

console.log(`${right} right, ${wrong.length} wrong`);
for (const each of wrong) console.error(each);
process.exit(wrong.length === 0 && right > 0 ? 0 : 1);
