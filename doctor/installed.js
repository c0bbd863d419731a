// The copies of the package that a project has.

import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { ancestors } from "./paths.js";

const NAME = "laminar-edge";
// The most folders that are searched: enough for any project, and it ends a loop of links.
const MAX_FOLDERS = 50_000;

/**
 * @typedef {{ root: string, manifest: Record<string, any>, version: string, form: string | undefined }} Copy
 */

/**
 * Returns the copy in that folder, `undefined` if there is none.
 * @param {string} root
 * @returns {Copy | undefined}
 */
export function copyAt(root) {
  try {
    const manifest = JSON.parse(
      readFileSync(path.join(root, "package.json"), "utf8"),
    );
    if (manifest.name !== NAME) return undefined;
    return { root, manifest, version: manifest.version, form: formOf(root) };
  } catch {
    return undefined;
  }
}

/**
 * Returns the number under which a copy shares its state with others, read from its file.
 * @param {string} root
 */
function formOf(root) {
  try {
    const text = readFileSync(path.join(root, "lib/host/shared.js"), "utf8");
    return /^export const FORM = (\d+);/m.exec(text)?.[1];
  } catch {
    return undefined;
  }
}

/**
 * Returns all copies that a program in `folder` may use: first the one that its own imports find, then those
 * of other packages. A copy that is linked from several places counts once.
 * @param {string} folder
 * @returns {Copy[]}
 */
export function copiesFrom(folder) {
  /** @type {Map<string, Copy>} */
  const copies = new Map();
  const seen = new Set();
  const modules = ancestors(folder).map((each) =>
    path.join(each, "node_modules"),
  );
  for (const each of modules) take(path.join(each, NAME), copies);
  for (const each of modules) search(each, copies, seen);
  return [...copies.values()];
}

/**
 * @param {string} root
 * @param {Map<string, Copy>} copies
 */
function take(root, copies) {
  if (!existsSync(root)) return;
  const real = realpathSync(root);
  const copy = copies.has(real) ? undefined : copyAt(root);
  if (copy !== undefined) copies.set(real, copy);
}

/**
 * @param {string} modules a folder node_modules
 * @param {Map<string, Copy>} copies
 * @param {Set<string>} seen
 */
function search(modules, copies, seen) {
  for (const name of foldersIn(modules)) {
    const folder = path.join(modules, name);
    if (name.startsWith("@")) search(folder, copies, seen);
    else if (name === NAME) take(folder, copies);
    else if (name === ".pnpm") {
      for (const each of foldersIn(folder))
        take(path.join(folder, each, "node_modules", NAME), copies);
    } else {
      const nested = path.join(folder, "node_modules");
      if (seen.size >= MAX_FOLDERS || !existsSync(nested)) continue;
      const real = realpathSync(nested);
      if (seen.has(real)) continue;
      seen.add(real);
      search(nested, copies, seen);
    }
  }
}

/** @param {string} folder */
function foldersIn(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}
