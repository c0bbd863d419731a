// Paths of files. `path` is Node's path module; a test may pass the one of Windows or of other systems.

import nodePath from "node:path";

/** @typedef {import("node:path").PlatformPath} PlatformPath */

/**
 * Returns the folder and all above it, the nearest first.
 * @param {string} folder
 * @param {PlatformPath} [path]
 * @returns {string[]}
 */
export function ancestors(folder, path = nodePath) {
  const start = path.resolve(folder);
  const { root } = path.parse(start);
  const folders = [start];
  for (let at = start; at !== root;) {
    at = path.dirname(at);
    folders.push(at);
  }
  return folders;
}

/**
 * Returns the nearest file of that name at or above a folder.
 * @param {string} folder
 * @param {string} name
 * @param {(file: string) => boolean} exists
 * @param {PlatformPath} [path]
 * @returns {string | undefined}
 */
export function findUp(folder, name, exists, path = nodePath) {
  return ancestors(folder, path)
    .map((each) => path.join(each, name))
    .find(exists);
}

/**
 * Returns a path for a message: relative to the folder if it is inside or a little above, with `/`, which every
 * system accepts.
 * @param {string} folder
 * @param {string} file
 * @param {PlatformPath} [path]
 * @returns {string}
 */
export function shown(folder, file, path = nodePath) {
  const relative = path.relative(folder, file);
  const isFar =
    path.isAbsolute(relative) ||
    relative.startsWith(path.join("..", "..", ".."));
  return (isFar ? file : relative || ".").split(path.sep).join("/");
}

/**
 * Returns the name of the package in whose `node_modules` a copy is installed.
 * @param {string} folder the root of a package
 * @param {PlatformPath} [path]
 * @returns {string | undefined} the package that brought it, `undefined` for the project itself
 */
export function broughtBy(folder, path = nodePath) {
  const parts = folder.split(path.sep);
  const own = parts.lastIndexOf("node_modules");
  const above = parts.lastIndexOf("node_modules", own - 1);
  if (own < 1 || above < 0) return undefined;
  const [first, second] = parts.slice(above + 1, own);
  if (first === ".pnpm") return undefined;
  return first?.startsWith("@") ? `${first}/${second}` : first;
}
