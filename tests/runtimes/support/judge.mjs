// Compares the results of a suite with the spans that the collector got.

import assert from "node:assert/strict";
import { assertBalanced } from "../../package/support/ledger.mjs";

const ALONE = ["record", "observe", "fails", "stream", "after 503", "again"];
const PARENTS = { nested: "nest", child: "parent" };
// The parent is found only where the runtime follows an await. Elsewhere there must be none, because it could
// be wrong.
const FOLLOWED = { "step a": "flow a", "step b": "flow b" };

/** `storage` says whether the runtime has AsyncLocalStorage. */
export function judge(results, spans, { storage }) {
  const failed = results.filter(({ ok }) => !ok);
  assert.deepEqual(failed, [], "every step went well");
  assert.ok(results.length > 10, "every step was run");
  assertBalanced(results.at(-1).said);

  const byName = {};
  for (const span of spans) (byName[span.name] ??= []).push(span);
  const one = (name) => {
    assert.equal(byName[name]?.length, 1, `${name} arrived once`);
    return byName[name][0];
  };
  const roots = new Set([...ALONE, ...Object.values(PARENTS)]);
  for (const name of Object.values(FOLLOWED)) roots.add(name);
  for (const name of roots) assert.equal(one(name).parentSpanId, "", name);
  for (const [child, parent] of Object.entries(PARENTS)) below(child, parent);
  for (const [child, parent] of Object.entries(FOLLOWED)) {
    if (storage) below(child, parent);
    else assert.equal(one(child).parentSpanId, "", child);
  }
  function below(child, parent) {
    assert.equal(one(child).parentSpanId, one(parent).spanId, child);
    assert.equal(one(child).traceId, one(parent).traceId, child);
  }
  const all = [...roots, ...Object.keys(PARENTS), ...Object.keys(FOLLOWED)];
  assert.deepEqual(Object.keys(byName).sort(), all.sort(), "nothing else");

  const { attributes } = one("record");
  assert.equal(attributes["lmnr.span.input"], '{"asked":"é𝄞"}');
  assert.equal(attributes["lmnr.span.output"], '["answered"]');
  assert.equal(attributes["gen_ai.usage.input_tokens"], 7n);
  assert.equal(
    one("stream").attributes["lmnr.span.output"] !== undefined,
    true,
  );
  assert.equal(one("fails").status.code, 2);
}
