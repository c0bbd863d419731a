// What must be true after a trap at any place.

import assert from "node:assert/strict";
import { assertBalanced, difference } from "./ledger.mjs";
import { PLACES } from "./trap-places.mjs";
import { ENDED, SPILLED, TOO_LARGE } from "./trap-program.mjs";

const BUDGET_MS = 3_000;
// The drop reasons of spans that were lost before a flush.
const ON_THE_WAY_IN = ["span_too_large", "trap"];
// How much later a slow machine may be.
const PATIENCE_MS = 5_000;

export const OPTIONS = {
  projectApiKey: "key",
  traceExportTimeoutMillis: BUDGET_MS,
};

/** Refuses the first request of each key but the common one, so that there is a backoff. */
export function behave(collector) {
  const met = new Set([OPTIONS.projectApiKey]);
  collector.behave(({ key, spans }) => {
    const first = !met.has(key);
    met.add(key);
    const [, store] = /^(slow|quick) store/.exec(key) ?? [];
    if (store && first) {
      const seconds = store === "slow" ? 3 : 1;
      return { status: 503, headers: { "retry-after": `${seconds}` } };
    }
    if (store) return { status: spans.length > 1 ? 413 : 200 };
    const slow = spans.some(({ name }) => name.startsWith("beat "));
    return { status: first ? 503 : 200, delayMs: slow ? 400 : 5 };
  });
}

/** Checks `outcome`, the program's result. */
export function judge(place, { thrown, figures, reports, left }, spans) {
  const { lost = 0, spills } = PLACES[place];
  const ended = ENDED + (spills ? SPILLED : 0);
  assert.deepEqual(thrown, []);
  assert.deepEqual(left, [], "the program did not come by");
  for (const each of figures) assertBalanced(each);
  for (let i = 1; i < figures.length; i++)
    assert.ok(figures[i].recorded >= figures[i - 1].recorded);

  for (const { how, took, ...report } of reports) {
    const context = `${how}: ${JSON.stringify(report)}`;
    assert.equal(typeof report.ok, "boolean", context);
    assert.ok(took < BUDGET_MS + PATIENCE_MS, `${took} ms, ${context}`);
  }
  assert.equal(reports.at(-1).ok, true, JSON.stringify(reports.at(-1)));

  const change = difference(figures[0], figures.at(-1));
  const names = spans
    .map(({ name }) => name)
    .filter((name) => name.startsWith(`${place} `));
  const context = JSON.stringify({ change, names, reports }, null, 1);
  // No span arrived twice, because every answer was settled.
  assert.equal(new Set(names).size, names.length, context);
  assert.equal(change.redelivered, undefined, context);
  assert.equal(change.recorded, ended, context);
  assert.equal(change.exported, names.length, context);
  assert.equal(names.length, ended - TOO_LARGE - lost, context);
  assert.equal(change.span_too_large, TOO_LARGE, context);
  assert.equal(change.unconfirmed, undefined, context);
}

/** Returns whether the flushes that a trap interrupted were completed. */
export function judgeFlushes({ reports }) {
  for (const report of reports) {
    // A flush also reports spans that were lost when they were recorded. judge() knows how many these may be.
    const reasons = Object.keys(report.dropped);
    const lost = reasons.filter((each) => !ON_THE_WAY_IN.includes(each));
    const left = report.pending + report.rejected + lost.length;
    const good = report.ok || (reasons.length > 0 && left === 0);
    assert.ok(good, JSON.stringify(report));
  }
}

/** There is one warning of the trap, and one of a failed takeover. */
export function judgeWords(said) {
  const all = said.map((each) => each.join(" "));
  let words = all;
  // The program has a span of each kind, and each is warned of once.
  for (const own of [/larger than maxExportBatchSizeBytes/, /was cut/]) {
    const others = words.filter((line) => !own.test(line));
    assert.ok(words.length - others.length <= 1, JSON.stringify(all));
    words = others;
  }
  const replaced = words.filter((line) => /was replaced/.test(line));
  const failed = words.filter((line) => /could not be started/.test(line));
  assert.equal(replaced.length, 1, JSON.stringify(words));
  assert.ok(failed.length <= 1, JSON.stringify(words));
  assert.equal(words.length, replaced.length + failed.length, words.join("\n"));
}
