// The package as a user has it: packed, and installed into an empty folder outside this repository.

import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const PACKAGE = fileURLToPath(new URL("../../../pkg", import.meta.url));
const HERE = fileURLToPath(new URL("..", import.meta.url));

/** Makes a folder with the package, the suite and `programs` from ../programs, until the test file ends. */
export async function freshFolder(programs = []) {
  const folder = await mkdtemp(join(tmpdir(), "laminar-edge-"));
  after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await installPackage(folder);
  await cp(join(HERE, "suite.js"), join(folder, "suite.js"));
  for (const program of programs)
    await cp(join(HERE, "programs", program), join(folder, program), {
      recursive: true,
    });
  return folder;
}

export async function installPackage(folder) {
  await run("npm", ["pack", PACKAGE, "--silent"], { cwd: folder });
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  // The package has no dependencies, so nothing is downloaded.
  const install = "install --offline --no-save --no-fund --no-audit".split(" ");
  await run("npm", [...install, "--loglevel=error", tarball], { cwd: folder });
}
