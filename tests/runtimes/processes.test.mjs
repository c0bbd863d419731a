// The installed package in runtimes that run a program as a process: other Nodes, Deno, Bun.

import { join } from "node:path";
import { test } from "node:test";
import { freshFolder } from "./support/package.mjs";
import { runProgram } from "./support/program.mjs";
import { startSession } from "./support/session.mjs";
import { BUN, DENO, NODE_22, NODE_24 } from "./support/tools.mjs";

const folder = await freshFolder(["import.mjs", "leaving.mjs", "require.cjs"]);
const session = await startSession(folder);
const options = JSON.stringify(session.options);

// Deno runs without --allow-read and --allow-env: a library that asks for more would stop the program.
const DENO_RUN = [DENO, "run", "--no-prompt", "--allow-net"];
for (const [name, command, program] of [
  ["Node 22: import", [NODE_22], "import.mjs"],
  ["Node 22: require", [NODE_22], "require.cjs"],
  ["Node 24: import", [NODE_24], "import.mjs"],
  ["Node 24: require", [NODE_24], "require.cjs"],
  ["Deno: import", DENO_RUN, "import.mjs"],
  ["Deno: require", [...DENO_RUN, "--allow-read"], "require.cjs"],
  ["Bun: import", [BUN], "import.mjs"],
  ["Bun: require", [BUN], "require.cjs"],
])
  test(name, async (t) => {
    const [executable, ...flags] = command;
    const args = [...flags, join(folder, program), options, name];
    await runProgram(t, executable, args, { cwd: folder });
    await session.expect(name, { storage: true });
  });

for (const [name, [executable, ...flags]] of [
  ["Deno: clients that leave", DENO_RUN],
  ["Bun: clients that leave", [BUN]],
])
  test(name, (t) =>
    runProgram(t, executable, [...flags, join(folder, "leaving.mjs")], {
      cwd: folder,
    }),
  );

test("Bun: built for a browser by its own bundler, run in Node", async (t) => {
  const args = ["build", "import.mjs", "--outdir=built", "--target=browser"];
  await runProgram(t, BUN, args, { cwd: folder });
  const program = join(folder, "built/import.js");
  await runProgram(t, process.execPath, [program, options, t.name]);
  await session.expect(t.name, { storage: false });
});
