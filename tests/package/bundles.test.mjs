// What a bundler takes from the package: one core, never both.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The files of the package in a bundle for a runtime with these conditions. */
async function filesOf(conditions) {
  const { metafile } = await build({
    stdin: {
      contents: `export { Laminar, observe } from "laminar-edge";`,
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

const TWIN = ["wasm/laminar_edge_js.js", "wasm/laminar_edge_js_bg.js"];
const WASM_GLUE = "wasm/laminar_edge_bg.js";

for (const condition of ["workerd", "edge-light", "deno", "node", "browser"]) {
  test(`${condition}: the core as plain JavaScript stays out`, async () => {
    const files = await filesOf([condition]);
    assert.ok(files.includes(WASM_GLUE));
    for (const file of TWIN) assert.ok(!files.includes(file), file);
  });
}

test("fastly: everything of the wasm stays out", async () => {
  const files = await filesOf(["fastly"]);
  for (const file of TWIN) assert.ok(files.includes(file), file);
  for (const file of [WASM_GLUE, "wasm/laminar_edge_inlined.js"])
    assert.ok(!files.includes(file), file);
});
