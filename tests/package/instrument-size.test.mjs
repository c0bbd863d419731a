// A Worker's bundle has no code that it does not use.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { build } from "esbuild";

/** Returns the package's files in a bundle, with their bytes. */
async function contents(code) {
  const { metafile } = await build({
    stdin: {
      contents: code,
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
    },
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    external: ["*.wasm"],
    logLevel: "warning",
  });
  const [output] = Object.values(metafile.outputs);
  return Object.entries(output.inputs).filter(
    ([, { bytesInOutput }]) => bytesInOutput > 0,
  );
}

const OWN = /lib\/instrument\//;

test("instrument is only in bundles that import it", async (t) => {
  const without = await contents(
    'import { Laminar, observe } from "laminar-edge"; export { Laminar, observe };',
  );
  assert.ok(without.length > 10);
  assert.deepEqual(
    without.filter(([file]) => OWN.test(file)),
    [],
  );
  const used = await contents(
    'import { instrument } from "laminar-edge"; export default instrument({});',
  );
  const carried = used.filter(([file]) => OWN.test(file));
  assert.ok(carried.length > 5);
  const bytes = carried.reduce((sum, [, each]) => sum + each.bytesInOutput, 0);
  t.diagnostic(`instrument: ${bytes} bytes, minified`);
});
