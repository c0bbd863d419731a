// Runs the same programs on the official SDK and on ours. Their spans and results are compared leaf by leaf,
// and only the differences in differences.mjs are allowed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { differences as intended } from "./differences.mjs";
import { programs } from "./programs/index.mjs";
import { describe, differences } from "./support/compare.mjs";
import { runOfficial, runOurs } from "./support/run-node.mjs";
import { runInWorkerd } from "./support/run-workerd.mjs";

const met = new Set();

test("the same programs on both SDKs", async (t) => {
  const official = await runOfficial(t);
  for (const [where, run] of [
    ["Node", runOurs],
    ["workerd", runInWorkerd],
  ]) {
    const ours = await run(t);
    for (const program of Object.keys(programs))
      await t.test(`${program}, ours in ${where}`, (t) =>
        compare(t, program, official[program], ours[program]),
      );
  }
});

test("every intended difference still exists", () => {
  const outlived = intended.filter((rule) => !met.has(rule));
  assert.deepEqual(
    outlived.map(({ what }) => what),
    [],
  );
});

function compare(t, program, official, ours) {
  assert.equal(official.missing, undefined);
  assert.equal(official.outcome.error, undefined);
  assert.equal(ours.missing, undefined, "ours lacks what the program needs");
  assert.ok(
    programs[program].initialize === null ||
      Object.keys(official.spans).length > 0 ||
      official.outcome.result !== "undefined",
    "the program neither sent nor returned anything",
  );
  const unexplained = differences(program, official, ours).filter((found) => {
    const rules = intended.filter((rule) => rule.holds(found, official.spans));
    for (const rule of rules) met.add(rule);
    return rules.length === 0;
  });
  assert.equal(unexplained.map(describe).join("\n"), "");
}
