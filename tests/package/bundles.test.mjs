// What a bundler takes from the package: one of the two cores, and nothing that is not imported.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const USUAL = `export { Laminar, observe } from "laminar-edge";`;

/** Returns the package's files in the bundle of a program for a runtime with these conditions. */
async function filesOf(conditions, contents = USUAL) {
  const { metafile } = await build({
    stdin: {
      contents,
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
    },
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    conditions,
    external: ["node:*", "cloudflare:*", "*.wasm", "*.wasm?module"],
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  return Object.entries(inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path.replace(/^.*\/(wasm|lib)\//, "$1/"));
}

const TWIN = "wasm/laminar_edge_js.js";
const WASM = "lib/runtime/core-wasm.js";

for (const condition of ["workerd", "edge-light", "deno", "node", "browser"]) {
  test(`${condition}: the bundle does not contain the core as plain JavaScript`, async () => {
    const files = await filesOf([condition]);
    assert.ok(files.includes(WASM));
    assert.ok(!files.includes(TWIN));
  });
}

test("fastly: the bundle contains no wasm", async () => {
  const files = await filesOf(["fastly"]);
  assert.ok(files.includes(TWIN));
  for (const file of [WASM, "wasm/laminar_edge_inlined.js"])
    assert.ok(!files.includes(file), file);
});

// The files that this program does not get, and a program that needs each.
const OPTIONAL = [
  [
    "lib/ai/",
    `export { wrapAISDK, registerAiSdkTelemetry } from "laminar-edge";`,
  ],
  ["lib/otel/", `export { getTracer } from "laminar-edge";`],
  ["lib/instrument/", `export { instrument } from "laminar-edge";`],
  [
    "lib/observe/decorators.js",
    `export { observeDecorator } from "laminar-edge";`,
  ],
  [
    "lib/context/propagation.js",
    `export { injectContext } from "laminar-edge";`,
  ],
  [
    "lib/observe/tracing-level.js",
    `export { withTracingLevel } from "laminar-edge";`,
  ],
  ["lib/spill/queue.js", `export { queueSpill } from "laminar-edge/spill";`],
  ["lib/spill/kv.js", `export { kvSpill } from "laminar-edge/spill";`],
  ["lib/spill/r2.js", `export { r2Spill } from "laminar-edge/spill";`],
  [
    "lib/spill/durable-object.js",
    `export { durableObjectSpill } from "laminar-edge/spill";`,
  ],
  [
    "lib/spill/indexed-db.js",
    `export { indexedDbSpill } from "laminar-edge/spill";`,
  ],
  ["lib/llm/", `export { wrapOpenAI } from "laminar-edge/llm";`],
  ["wasm/laminar_edge_llm", `import "laminar-edge/llm";`],
  ["/testing.js", `export * from "laminar-edge/testing";`],
];

for (const [part, wanting] of OPTIONAL) {
  test(`${part} is only in a Worker that imports it`, async () => {
    const has = (files) => files.some((file) => file.includes(part));
    assert.ok(has(await filesOf(["workerd"], wanting)), "where it is used");
    assert.ok(!has(await filesOf(["workerd"])), "where it is not");
  });
}

// The code that every sink needs, also one of the user's own.
const SPILL_LOOPS = [
  "claim",
  "drain",
  "fingerprint",
  "item",
  "own",
  "post",
  "put",
  "seen",
  "settle",
  "within",
];
const PLACE = "lib/options/spill-engine.js";
const spillFiles = (files) =>
  files
    .filter((file) => file === PLACE || file.startsWith("lib/spill/"))
    .sort();
const loops = [PLACE, ...SPILL_LOOPS.map((name) => `lib/spill/${name}.js`)];

test("a Worker without a sink contains of spilling only the hook", async () => {
  const files = await filesOf(["workerd"]);
  assert.deepEqual(spillFiles(files), [PLACE]);
});

test("the import of laminar-edge/spill brings the loops and no ready sink", async () => {
  const files = await filesOf(
    ["workerd"],
    `import "laminar-edge/spill"; ${USUAL}`,
  );
  assert.deepEqual(spillFiles(files), loops.sort());
});

test("a ready sink brings the loops", async () => {
  const files = await filesOf(
    ["workerd"],
    `export { queueSpill } from "laminar-edge/spill"; ${USUAL}`,
  );
  assert.deepEqual(spillFiles(files), [...loops, "lib/spill/queue.js"].sort());
});
