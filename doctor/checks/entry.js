// Checks which file of the package a bundler takes, and whether its wasm module loads.

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { exports as resolveExports } from "resolve.exports";
import { addition, forTargets } from "./worker.js";

/**
 * @typedef {import("../project.js").Project} Project
 * @typedef {import("../project.js").Finding} Finding
 * @typedef {import("../wrangler-config.js").Target} Target
 */

const NAME = "laminar-edge";
// These are wrangler's, unless WRANGLER_BUILD_CONDITIONS names others.
const WRANGLER = ["workerd", "worker", "browser"];

/**
 * @param {Project} project
 * @returns {Finding[]}
 */
export function checkEntry(project) {
  // Without a configuration that can be read, nobody knows which entry is taken.
  if (project.copies[0] === undefined || project.configError !== undefined)
    return [];
  return project.config === undefined
    ? [outsideFinding(project)]
    : forTargets(project, workerFinding);
}

/**
 * Returns the file that the package's manifest names for these conditions.
 * @param {Record<string, any>} manifest
 * @param {string[]} conditions
 * @param {string} [entry]
 */
export function entryFor(manifest, conditions, entry = ".") {
  try {
    // With `unsafe` only the given conditions are used.
    const files = resolveExports(manifest, entry, { unsafe: true, conditions });
    return files?.[0];
  } catch {
    return undefined;
  }
}

/**
 * @param {Project} project
 * @param {Target} target
 * @returns {Finding}
 */
function workerFinding(project, target) {
  const check = "entry";
  const { settings } = target;
  const alias = settings.alias?.[NAME];
  if (typeof alias === "string")
    return {
      check,
      status: "warn",
      text: `an alias puts ${alias} in the package's place`,
    };
  if (settings.no_bundle === true)
    return {
      check,
      status: "skip",
      text: "no_bundle: whoever bundles must use the condition workerd",
    };
  const named = process.env.WRANGLER_BUILD_CONDITIONS;
  const conditions = named === undefined ? WRANGLER : named.split(",");
  const { manifest, root } = project.copies[0];
  const entry = entryFor(manifest, [...conditions, "import"]);
  if (entry === undefined || !existsSync(path.join(root, entry)))
    return {
      check,
      status: "fail",
      text: `the package has no file for the conditions ${conditions.join(", ")}: install it anew`,
      fix: [{ run: `npm install ${NAME}` }],
    };
  const isWorkerd = entry === entryFor(manifest, ["workerd"]);
  if (!isWorkerd)
    return {
      check,
      status: "fail",
      text: `${entry}: WRANGLER_BUILD_CONDITIONS leaves workerd out, and that file cannot load its module in a Worker`,
      fix: [
        { run: `WRANGLER_BUILD_CONDITIONS=${WRANGLER.join(",")} wrangler …` },
      ],
    };
  return (
    ruleFinding(project, target) ?? {
      check,
      status: "ok",
      text: `${entry}, by the condition workerd`,
    }
  );
}

// wrangler compares this text, which is how the entry imports the module.
const WASM = "./wasm/laminar_edge_bg.wasm";
const COMPILED = "CompiledWasm";

/**
 * Returns what is wrong with the rules for modules. The first that matches a file counts, and one of the
 * user's takes the place of wrangler's own of its type, unless it says `fallthrough`.
 * @param {Project} project
 * @param {Target} target
 * @returns {Finding | undefined}
 */
function ruleFinding(project, target) {
  const { rules } = target.settings;
  if (!Array.isArray(rules)) return undefined;
  let isReplaced = false;
  for (const { type, globs, fallthrough } of rules) {
    if (type === COMPILED && isReplaced) continue;
    if (Array.isArray(globs) && globs.some((glob) => matches(`${glob}`)))
      return type === COMPILED
        ? undefined
        : ruleFailure(
            project,
            target,
            `a rule makes ${type} of every wasm file, and the package needs a compiled module`,
          );
    isReplaced ||= type === COMPILED && fallthrough !== true;
  }
  return isReplaced
    ? ruleFailure(
        project,
        target,
        "a rule for wasm takes the place of wrangler's own and leaves the package's module out",
      )
    : undefined;
}

/**
 * Returns whether a glob matches the package's module: `**` any folders, `*` any part of a name.
 * @param {string} glob
 */
function matches(glob) {
  const pattern = glob
    .replace(/[.+^${}()|[\]\\?]/g, "\\$&")
    .replace(/\*\*\/|\*/g, (stars) =>
      stars === "*" ? "[^/]*" : "(?:[^/]*/)*",
    );
  return new RegExp(`^${pattern}$`).test(WASM);
}

/**
 * @param {Project} project
 * @param {Target} target
 * @param {string} text
 * @returns {Finding}
 */
function ruleFailure(project, target, text) {
  return {
    check: "entry",
    status: "fail",
    text,
    fix: [
      {
        in: `${addition(project, target, "rules", "").in}, as the first of the rules`,
        line: project.config?.isToml
          ? '{ type = "CompiledWasm", globs = ["**/*.wasm"], fallthrough = true },'
          : '{ "type": "CompiledWasm", "globs": ["**/*.wasm"], "fallthrough": true },',
      },
    ],
  };
}

/**
 * Returns the entries for the other runtimes that the project seems to use.
 * @param {Project} project
 * @returns {Finding}
 */
function outsideFinding({ copies, folder, manifest }) {
  const [copy] = copies;
  const uses = { ...manifest.devDependencies, ...manifest.dependencies };
  const has = (/** @type {string} */ file) =>
    existsSync(path.join(folder, file));
  /** @type {[string, string][]} */
  const runtimes = [["Node", "node"]];
  if ("next" in uses) runtimes.push(["edge routes", "edge-light"]);
  if (has("deno.json") || has("deno.jsonc")) runtimes.push(["Deno", "deno"]);
  if (has("bun.lock") || has("bun.lockb")) runtimes.push(["Bun", "bun"]);
  const found = runtimes.map(([name, condition]) => ({
    name,
    entry: entryFor(copy.manifest, [condition, "import"]),
  }));
  const missing = found.filter(
    ({ entry }) =>
      entry === undefined || !existsSync(path.join(copy.root, entry)),
  );
  return {
    check: "entry",
    status: missing.length > 0 ? "fail" : "ok",
    text: found
      .map(({ name, entry }) => `${name}: ${entry ?? "no file"}`)
      .join(", "),
  };
}

/**
 * @param {Project} project
 * @returns {Finding[]}
 */
export function checkModule({ copies, own }) {
  const { manifest, root } = copies[0] ?? own;
  const check = "module";
  const file = entryFor(manifest, [], "./laminar_edge_bg.wasm");
  try {
    const bytes = readFileSync(path.join(root, file ?? "missing"));
    const module = new WebAssembly.Module(bytes);
    const count = WebAssembly.Module.exports(module).length;
    return [
      {
        check,
        status: "ok",
        text: `${file} compiles: ${bytes.length} bytes, ${count} exports`,
      },
    ];
  } catch (error) {
    return [
      {
        check,
        status: "fail",
        text: `the wasm module does not load: ${/** @type {Error} */ (error).message}`,
        fix: [{ run: `npm install ${NAME}` }],
      },
    ];
  }
}
