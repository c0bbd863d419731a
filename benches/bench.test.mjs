// Tests the part that is the same on every machine: the contenders' requests, and their sizes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { core } from "./core.mjs";
import { bodiesOfRequests } from "./requests.mjs";
import { sameBytes } from "./same.mjs";
import { sizes } from "./sizes.mjs";

test("the bytes of all contenders hold the same spans", async (t) => {
  const bytes = await sameBytes();
  for (const [workload, found] of Object.entries(bytes))
    for (const [name, size] of Object.entries(found))
      t.diagnostic(`${workload}, bytes of a span: ${name} ${size.toFixed(1)}`);
  // Each contender's protobuf of the same data has the same length.
  for (const workload of ["W2", "W2U"]) {
    const { ours, "otel-protobuf": theirs } = bytes[workload];
    assert.ok(Math.abs(ours / theirs - 1) < 0.02, `${ours} and ${theirs}`);
  }
});

test("every Worker sends the agent's five spans once per request", async (t) => {
  const bytes = await bodiesOfRequests();
  for (const [name, size] of Object.entries(bytes))
    t.diagnostic(`bytes of a request: ${name} ${size}`);
  assert.equal(bytes.untraced, 0);
});

test("sizes of each in a Worker's bundle", async (t) => {
  const found = await sizes();
  for (const [name, { raw, gzip, brotli }] of Object.entries(found))
    t.diagnostic(`${name}: ${raw} bytes, gzip ${gzip}, brotli ${brotli}`);
  assert.ok(found.ours.gzip < found.lmnr.gzip / 10);
});

test("instructions that the core takes to encode a span", (t) => {
  for (const [workload, found] of Object.entries(core())) {
    const { instructions, allocations } = found;
    t.diagnostic(
      `${workload}: ${instructions} instructions, ${allocations} allocations a span`,
    );
    assert.ok(instructions > 0);
    // Memory is allocated in chunks, not for each span.
    assert.ok(allocations < 0.2, `${allocations}`);
  }
});
