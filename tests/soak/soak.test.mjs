// Random runs against the delivery: SEEDS runs from FIRST on, or the one run of SEED.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { judge, worstOverruns } from "./oracle.mjs";
import { draw } from "./plan.mjs";
import { run } from "./run.mjs";

const { SEED, SEEDS = "20", FIRST = "1" } = process.env;
const first = Number(SEED ?? FIRST);
const seeds = Array.from(
  { length: SEED ? 1 : Number(SEEDS) },
  (_, i) => first + i,
);

async function soak(t, seed, options) {
  const plan = { ...draw(seed), ...options };
  const result = await run(t, plan);
  const { redelivery, mode } = plan;
  const figures = result.generations.map(({ stats }) => JSON.stringify(stats));
  const late = worstOverruns(result.generations);
  t.diagnostic(
    `seed ${seed}: ${redelivery}, ${mode}, ${result.requests.length} sends, worst flush ` +
      `${late.budget} ms beyond its budget, ${late.timer} ms beyond a bare timer for its end`,
  );
  const problems = judge(result);
  assert.equal(
    problems.length,
    0,
    [`make soak SEED=${seed}`, ...problems.slice(0, 10), ...figures].join("\n"),
  );
}

describe("soak: 100 requests of 50 spans", { concurrency: 4 }, () => {
  if (SEED === undefined)
    test("with the default budget, no span is lost uncounted", (t) =>
      soak(t, 0, { budgetMs: undefined }));
  for (const seed of seeds)
    test(`no span is lost uncounted, seed ${seed}`, (t) => soak(t, seed));
});
