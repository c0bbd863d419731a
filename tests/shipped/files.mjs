// The files that `npm publish` would upload, and a user's install of them.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const PACKAGE = fileURLToPath(new URL("../../pkg", import.meta.url));

/** Returns the paths of all files in the tarball, relative to the package. */
export function shippedFiles() {
  const [{ files }] = JSON.parse(npm(["pack", "--dry-run", "--json"], PACKAGE));
  return files.map(({ path }) => path).sort();
}

export function manifest() {
  return JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
}

/** Installs the tarball into an empty folder outside this repository. */
export function installed(t) {
  const folder = mkdtempSync(join(tmpdir(), "laminar-edge-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const [{ filename }] = JSON.parse(npm(["pack", PACKAGE, "--json"], folder));
  // It has no dependencies, so nothing is downloaded.
  npm(["install", "--offline", "--no-fund", "--no-audit", filename], folder);
  return folder;
}

function npm(command, cwd) {
  const stdio = ["ignore", "pipe", "ignore"];
  return execFileSync("npm", command, { cwd, stdio, encoding: "utf8" });
}
