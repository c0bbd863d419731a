// Compares what a program sees of a result with observe and without.

import assert from "node:assert/strict";
import { test } from "node:test";
import { observe } from "laminar-edge";
import { caught } from "./kinds.mjs";
import { warningsOf } from "./results.mjs";

/** Returns the methods and fields that a program finds on an object, without the SDK's own. */
function shapeOf(value) {
  try {
    const names = [];
    for (let at = value; at !== null && names.length < 99;) {
      names.push(...Object.getOwnPropertyNames(at));
      at = at === Object.getPrototypeOf(at) ? null : Object.getPrototypeOf(at);
    }
    return {
      names: [...new Set(names)]
        .filter((each) => each !== "constructor")
        .sort(),
      keys: Object.keys(value),
      tag: Object.prototype.toString.call(value),
    };
  } catch {
    return "none";
  }
}

/** Returns what a program sees of a result that `around` returns. */
async function run(make, use, isAwaited, around) {
  const log = [];
  let made;
  const create = () => (made = make(log));
  const given = around(isAwaited ? async () => create() : create);
  const got = isAwaited ? await given : given;
  const shape = shapeOf(got);
  const outcome = await caught(() => use(got));
  return { same: got === made, shape, outcome, log };
}

/**
 * Tests each kind, `[make, use, { unread }]`: the same identity, shape, values, errors and reads in the same
 * order, no warning, and a span that ends without a flush that waits. `isAwaited`: from an async function;
 * `sent` is the result of startSending.
 */
export function compare(kinds, isAwaited, sent) {
  for (const [name, [make, use, { unread } = {}]] of Object.entries(kinds))
    test(`${name}${isAwaited ? ", awaited" : ""}`, async (t) => {
      const alone = await run(make, use, isAwaited, (action) => action());
      let observed;
      const warned = await warningsOf(async () => {
        const options = { name: t.name, ignoreOutput: true };
        const around = (action) => observe(options, action);
        observed = await run(make, use, isAwaited, around);
        await sent(t.name, unread ? 6_000 : 2_000);
      });
      assert.equal(observed.same, true);
      assert.deepEqual(observed, alone);
      assert.deepEqual(warned, []);
    });
}
