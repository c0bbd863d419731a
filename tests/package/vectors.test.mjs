// The same programs send the same bytes with each core: those stored in vectors/.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeRequest } from "./support/decode.mjs";
import {
  keptBodies,
  makeBodies,
  WITHOUT_WEBASSEMBLY,
} from "./support/vectors.mjs";
import { assertStoredAsSent } from "./support/stored.mjs";
import { names, programs } from "./vectors/programs.mjs";

const kept = keptBodies();

test("each program has its recorded vectors", () => {
  assert.deepEqual(Object.keys(kept), Object.keys(programs));
  for (const [program, bodies] of Object.entries(kept)) {
    const spans = bodies.flatMap((body) =>
      decodeRequest(Buffer.from(body, "base64")),
    );
    assert.deepEqual(
      spans.map(({ name }) => name),
      names[program],
      program,
    );
    assertStoredAsSent(spans);
    for (const span of spans) assert.equal(span.start, 1735689600000000000n);
  }
});

for (const [core, flags, webAssembly] of [
  ["wasm", [], "object"],
  ["plain JavaScript", WITHOUT_WEBASSEMBLY, "undefined"],
]) {
  test(`the core as ${core} sends these bytes`, async () => {
    const made = await makeBodies(flags);
    assert.equal(made.webAssembly, webAssembly);
    for (const program of Object.keys(programs))
      assert.deepEqual(made.bodies[program], kept[program], program);
  });
}
