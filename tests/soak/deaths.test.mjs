// Isolates that are really killed, by SIGKILL, abortIsolate and lack of memory, with a Tail Worker and a spill
// sink attached. The seed is SEED, or a fixed one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { draw, run } from "./deaths.mjs";
import { judge } from "./deaths.oracle.mjs";

const seed = Number(process.env.SEED ?? "1");

test(`no span of killed isolates is lost uncounted, seed ${seed}`, async (t) => {
  const result = await run(t, draw(seed));
  const { problems, figures } = judge(result);
  for (const { number, death = "none", transport, ...rest } of figures)
    t.diagnostic(
      `generation ${number}, death: ${death}, by ${transport}: ${rest.ended} ended, ` +
        `${rest.arrived} arrived, ${rest.rootsByTail} roots by the Tail Worker`,
    );
  t.diagnostic(`${result.store.stored} batches were spilled`);
  assert.deepEqual(problems.slice(0, 10), [], JSON.stringify(figures));
  // Otherwise the run would have tested nothing.
  for (const { arrived } of figures) assert.ok(arrived > 0);
});
