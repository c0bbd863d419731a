// Programs of LLM clients, traced by the official SDK and by ours: compares their results, and their spans leaf
// by leaf. Only the differences in llm/differences.mjs are allowed.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { startCollector } from "../package/support/collector.mjs";
import { startStandIn } from "../llm/stand-in/server.mjs";
import { newerNode, startChild } from "./support/child-process.mjs";
import { differences as intended } from "./llm/differences.mjs";
import { programs } from "./llm/programs.mjs";

const here = (path) => join(import.meta.dirname, path);

/** Resolves to `{ program: { outcome, spans } }` of one SDK. */
async function run(t, sdk, execPath) {
  const collector = await startCollector();
  const standIn = await startStandIn();
  t.after(() => Promise.all([collector.close(), standIn.close()]));
  const { child, closed } = startChild(
    here("llm/child.mjs"),
    [sdk, new URL(collector.url).port, standIn.url],
    execPath,
  );
  const found = {};
  let before = 0;
  child.on("message", ({ next, id, outcome }) => {
    if (next) {
      before = collector.spans.length;
      const { answers, cases } = programs[next].program;
      standIn.answer(answers ?? cases);
      child.send("go");
      return;
    }
    const spans = collector.spans
      .slice(before)
      .sort((a, b) => (a.start < b.start ? -1 : 1));
    found[id] = { outcome: outcome ?? null, spans };
  });
  const printed = await closed;
  assert.equal(
    Object.keys(found).length,
    Object.keys(programs).length,
    `${sdk} failed:\n${printed}`,
  );
  return found;
}

const text = (value) =>
  JSON.stringify(value, (_, each) =>
    typeof each === "bigint" ? `int ${each}` : each,
  );

/** Returns a list of `{ program, span, what, official, ours }`; `span` is our span, if it is about one. */
function differencesOf(program, official, ours) {
  const found = [];
  const compare = (what, left, right, span) => {
    if (text(left) !== text(right))
      found.push({ program, span, what, official: left, ours: right });
  };
  compare("outcome", official.outcome, ours.outcome);
  compare("count", official.spans.length, ours.spans.length);
  if (official.spans.length !== ours.spans.length) return found;
  for (const [at, span] of ours.spans.entries()) {
    const other = official.spans[at];
    for (const key of ["name", "kind", "status"])
      compare(key, other[key], span[key], span);
    const messages = ({ events }) =>
      events.map(({ name, attributes }) => ({
        name,
        type: attributes["exception.type"],
        message: attributes["exception.message"],
      }));
    compare("events", messages(other), messages(span), span);
    const keys = new Set([
      ...Object.keys(other.attributes),
      ...Object.keys(span.attributes),
    ]);
    for (const key of keys)
      compare(key, other.attributes[key], span.attributes[key], span);
  }
  return found;
}

test("programs of LLM clients on both SDKs", async (t) => {
  const met = new Set();
  const official = await run(t, "official", newerNode());
  const ours = await run(t, "ours", process.execPath);
  for (const program of Object.keys(programs))
    await t.test(program, () => {
      const unexplained = differencesOf(
        program,
        official[program],
        ours[program],
      ).filter((found) => {
        const rules = intended.filter((rule) => rule.holds(found));
        for (const rule of rules) met.add(rule);
        return rules.length === 0;
      });
      assert.deepEqual(
        unexplained.map(
          ({ what, official: left, ours: right }) =>
            `${what}: official ${text(left)?.slice(0, 300)}, ours ${text(right)?.slice(0, 300)}`,
        ),
        [],
      );
    });
  await t.test("every intended difference still exists", () => {
    const outlived = intended.filter((rule) => !met.has(rule));
    assert.deepEqual(
      outlived.map(({ what }) => what),
      [],
    );
  });
});
