// Copies of the package in folders of their own, as bundlers put several into one program.

import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const PACKAGE = fileURLToPath(new URL("../../../pkg", import.meta.url));

/** Makes a copy, and returns its folder; `form` is another one than the package's. */
export async function copyPackage(t, form) {
  const folder = await mkdtemp(join(tmpdir(), "laminar-edge-copy-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await cp(PACKAGE, folder, { recursive: true });
  if (form === undefined) return folder;
  const file = join(folder, "lib/host/shared.js");
  const code = await readFile(file, "utf8");
  const changed = code.replace(/FORM = \d+/, `FORM = ${form}`);
  if (changed === code) throw new Error("no form was found to change");
  await writeFile(file, changed);
  return folder;
}

/** Makes a copy, and imports it. */
export async function importCopy(t, { form, entry = "node.js" } = {}) {
  const folder = await copyPackage(t, form);
  return import(pathToFileURL(join(folder, entry)));
}
