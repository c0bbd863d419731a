// The input of all checks: the project, its configuration, its copies of the package.

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { copiesFrom, copyAt } from "./installed.js";
import { findUp, shown } from "./paths.js";
import {
  ConfigError,
  readWranglerConfig,
  targetsOf,
} from "./wrangler-config.js";

/**
 * @typedef {import("./installed.js").Copy} Copy
 * @typedef {import("./wrangler-config.js").WranglerConfig} WranglerConfig
 * @typedef {import("./wrangler-config.js").Target} Target
 *
 * @typedef {"ok" | "warn" | "fail" | "skip"} Status
 * @typedef {{ in?: string, line?: string, run?: string }} Fix
 *   `in`: the file and the place for the line; `run`: a command.
 * @typedef {{ check: string, status: Status, text: string, environment?: string | undefined, fix?: Fix[] }} Finding
 *
 * @typedef {{
 *   cwd: string, env?: string, config?: string, baseUrl?: string, timeout: number,
 *   offline?: boolean, probe: boolean, workerd: boolean, strict?: boolean, json?: boolean, color: boolean,
 * }} Options
 *
 * @typedef {{
 *   options: Options,
 *   environment: string | undefined,
 *   folder: string,
 *   root: string,
 *   manifest: Record<string, any>,
 *   copies: Copy[],
 *   own: Copy,
 *   config: WranglerConfig | undefined,
 *   configError: ConfigError | undefined,
 *   targets: Target[],
 *   shown: (file: string) => string,
 * }} Project
 */

/**
 * Returns the project in which the command was called.
 * @param {Options} options
 * @returns {Project}
 */
export function openProject(options) {
  const folder = path.resolve(options.cwd);
  const manifestFile = findUp(folder, "package.json", existsSync);
  const environment = options.env ?? process.env.CLOUDFLARE_ENV;
  const { config, configError } = configOf(folder, options.config);
  return {
    options,
    environment,
    folder,
    root: manifestFile === undefined ? folder : path.dirname(manifestFile),
    manifest: readManifest(manifestFile),
    copies: copiesFrom(folder),
    own: ownCopy(),
    config,
    configError,
    targets: config === undefined ? [] : targetsOf(config, environment),
    shown: (file) => shown(folder, file),
  };
}

/**
 * @param {string} folder
 * @param {string | undefined} named
 */
function configOf(folder, named) {
  try {
    return {
      config: readWranglerConfig(folder, named),
      configError: undefined,
    };
  } catch (error) {
    if (error instanceof ConfigError)
      return { config: undefined, configError: error };
    throw error;
  }
}

/** @param {string | undefined} file */
function readManifest(file) {
  try {
    const text = readFileSync(/** @type {string} */ (file), "utf8");
    // npm takes a byte order mark too.
    return JSON.parse(text.replace(/^\ufeff/, "")) ?? {};
  } catch {
    return {};
  }
}

/** Returns the copy that this command belongs to: the command is in its bin/. */
export function ownCopy() {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const copy = copyAt(root);
  if (copy === undefined) throw new Error(`${root} holds no laminar-edge`);
  return copy;
}
