// Runs the package in the project's own workerd, which wrangler has installed.

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { entryFor } from "./checks/entry.js";

// The packages that install miniflare, which starts workerd.
const BROUGHT_BY = [
  "wrangler",
  "@cloudflare/vite-plugin",
  "@cloudflare/vitest-pool-workers",
];

/**
 * Returns where miniflare is, `undefined` if the project has none.
 * @param {string} folder
 * @returns {string | undefined}
 */
export function findMiniflare(folder) {
  const from = path.join(folder, "package.json");
  const own = resolve(from, "miniflare");
  if (own !== undefined) return own;
  for (const name of BROUGHT_BY) {
    const there = resolve(from, `${name}/package.json`);
    const found = there && resolve(there, "miniflare");
    if (found) return found;
  }
  return undefined;
}

/**
 * @param {string} from
 * @param {string} specifier
 */
function resolve(from, specifier) {
  try {
    return createRequire(from).resolve(specifier);
  } catch {
    return undefined;
  }
}

// The specifier is a variable, so that a missing module does not fail the Worker.
const PROGRAM = (/** @type {string} */ entry) => `
import { Laminar } from ${JSON.stringify(entry)};
const name = "node:async_hooks";
const hooks = await import(name).catch(() => ({}));
export default {
  fetch() {
    Laminar.initialize({ projectApiKey: "none", baseUrl: "http://127.0.0.1:9" });
    Laminar.startSpan({ name: "span" }).end();
    return Response.json({
      recorded: Laminar.stats().recorded,
      hasStorage: typeof hooks.AsyncLocalStorage === "function",
    });
  },
};`;

/**
 * Records a span in workerd.
 * @param {string} miniflare
 * @param {{ root: string, manifest: Record<string, any> }} copy
 * @param {{ date: string, flags: string[] }} compatibility
 * @returns {Promise<{ recorded: number, hasStorage: boolean, date: string }>}
 * @throws {Error} if workerd does not start or the Worker fails, with workerd's output
 */
export async function recordInWorkerd(miniflare, copy, { date, flags }) {
  const imported = await import(pathToFileURL(miniflare).href);
  const { Miniflare, supportedCompatibilityDate } =
    imported.default ?? imported;
  const known = supportedCompatibilityDate ?? date;
  const used = date > known ? known : date;
  /** @type {string[]} */
  const said = [];
  const entry =
    entryFor(copy.manifest, ["workerd", "import"]) ?? "./missing.js";
  try {
    const worker = new Miniflare({
      modules: [
        { type: "ESModule", path: "doctor.mjs", contents: PROGRAM(entry) },
        ...modulesOf(copy.root),
      ],
      compatibilityDate: used,
      compatibilityFlags: flags,
      handleRuntimeStdio: (
        /** @type {import("node:stream").Readable} */ stdout,
        /** @type {import("node:stream").Readable} */ stderr,
      ) => {
        stdout.resume();
        stderr.on("data", (chunk) => said.push(String(chunk)));
      },
    });
    try {
      const answer = await worker.dispatchFetch("http://doctor/");
      return { ...(await answer.json()), date: used };
    } finally {
      await worker.dispose();
    }
  } catch (error) {
    const lines = said
      .join("")
      .split("\n")
      .filter((line) => line.trim());
    const why = lines[0] ?? /** @type {Error} */ (error).message.split("\n")[0];
    throw new Error(why.replace(/^service core:user:: /, ""), { cause: error });
  }
}

/**
 * Returns all modules of the package that its entry may import, as miniflare takes them.
 * @param {string} root
 */
function modulesOf(root) {
  const files = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".js"))
    .map(({ name }) => name);
  const below = ["lib", "wasm"].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true }).map((name) =>
      path.join(folder, String(name)),
    ),
  );
  return [...files, ...below]
    .filter((file) => /\.(js|wasm)$/.test(file))
    .map((file) => ({
      type: file.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
      path: file.split(path.sep).join("/"),
      contents: file.endsWith(".wasm")
        ? readFileSync(path.join(root, file))
        : readFileSync(path.join(root, file), "utf8"),
    }));
}
