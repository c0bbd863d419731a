// The installed package in this Node: imported, required, and bundled into one file.

import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { freshFolder } from "./support/package.mjs";
import { runProgram } from "./support/program.mjs";
import { startSession } from "./support/session.mjs";

const folder = await freshFolder(["import.mjs", "require.cjs"]);
const session = await startSession(folder);
const options = JSON.stringify(session.options);

test("import", (t) => runs(t, "import.mjs"));
test("require, and import beside it", (t) => runs(t, "require.cjs"));

for (const [format, source, outfile] of [
  ["esm", "import.mjs", "bundle/one.mjs"],
  ["cjs", "require.cjs", "bundle/one.cjs"],
])
  test(`bundled as ${format}, without its files`, async (t) => {
    await build({
      entryPoints: [join(folder, source)],
      outfile: join(folder, outfile),
      bundle: true,
      platform: "node",
      format,
      logLevel: "error",
    });
    await runs(t, outfile);
  });

async function runs(t, program) {
  await runProgram(t, process.execPath, [
    join(folder, program),
    options,
    t.name,
  ]);
  await session.expect(t.name, { storage: true });
}
