// Reads a wrangler configuration in any of its three forms, with its environments.

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse, printParseErrorCode } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { findUp } from "./paths.js";

// This is wrangler's order: a wrangler.json in any folder above wins over a nearer wrangler.toml.
const NAMES = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"];

/**
 * @typedef {Record<string, any>} Settings
 * @typedef {{ file: string, isToml: boolean, settings: Settings, ignored: string[] }} WranglerConfig
 * @typedef {{ name: string | undefined, settings: Settings }} Target One environment; no name for the top level.
 */

/** A configuration that cannot be read, with the place and the reason. */
export class ConfigError extends Error {
  /**
   * @param {string} file
   * @param {string} message
   */
  constructor(file, message) {
    super(message);
    this.file = file;
  }
}

/**
 * Returns the configuration of the project in `folder`, `undefined` if there is none.
 * @param {string} folder
 * @param {string} [named] the file to read instead of the one that wrangler would find
 * @returns {WranglerConfig | undefined}
 * @throws {ConfigError} if it cannot be read
 */
export function readWranglerConfig(folder, named) {
  const file = named === undefined ? find(folder) : path.resolve(folder, named);
  if (file === undefined) return undefined;
  const settings = readSettings(file);
  const ignored = NAMES.map((name) => path.join(path.dirname(file), name));
  return {
    file,
    isToml: file.endsWith(".toml"),
    settings,
    ignored: ignored.filter((each) => each !== file && existsSync(each)),
  };
}

/** @param {string} folder */
function find(folder) {
  for (const name of NAMES) {
    const file = findUp(folder, name, existsSync);
    if (file !== undefined) return file;
  }
  return undefined;
}

/**
 * @param {string} file
 * @returns {Settings}
 */
function readSettings(file) {
  let text;
  try {
    // Editors on Windows may begin a file with a byte order mark, and wrangler takes it.
    text = readFileSync(file, "utf8").replace(/^\ufeff/, "");
  } catch (error) {
    throw new ConfigError(file, /** @type {Error} */ (error).message);
  }
  const settings = file.endsWith(".toml")
    ? fromToml(file, text)
    : fromJson(file, text);
  if (!isTable(settings)) throw new ConfigError(file, "it holds no settings");
  return settings;
}

/**
 * @param {string} file
 * @param {string} text
 * @returns {unknown}
 */
function fromToml(file, text) {
  try {
    return parseToml(text);
  } catch (error) {
    // After its first line the message shows the place.
    const { message } = /** @type {Error} */ (error);
    const { line, column } = /** @type {any} */ (error);
    const [first] = message.split("\n");
    throw new ConfigError(file, `line ${line}, column ${column}: ${first}`);
  }
}

/**
 * @param {string} file
 * @param {string} text
 * @returns {unknown}
 */
function fromJson(file, text) {
  /** @type {import("jsonc-parser").ParseError[]} */
  const errors = [];
  const value = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined) {
    const before = text.slice(0, first.offset).split("\n");
    const column = (before.at(-1)?.length ?? 0) + 1;
    const what = printParseErrorCode(first.error);
    throw new ConfigError(
      file,
      `line ${before.length}, column ${column}: ${what}`,
    );
  }
  return value;
}

/**
 * Returns the environments to check: the named one, or the top level and all others.
 * @param {WranglerConfig} config
 * @param {string} [wanted]
 * @returns {Target[]} empty if there is no environment of that name
 */
export function targetsOf({ settings }, wanted) {
  const environments = isTable(settings.env) ? settings.env : {};
  const named = Object.entries(environments)
    .filter(([name, own]) => isTable(own) && (wanted ?? name) === name)
    .map(([name, own]) => ({ name, settings: inherit(settings, own) }));
  return wanted === undefined
    ? [{ name: undefined, settings }, ...named]
    : named;
}

// The settings that an environment inherits from the top level unless it sets them; variables are not inherited.
const INHERITED = [
  "alias",
  "compatibility_date",
  "compatibility_flags",
  "main",
  "no_bundle",
  "rules",
];

/**
 * @param {Settings} top
 * @param {Settings} own
 * @returns {Settings}
 */
function inherit(top, own) {
  const from = INHERITED.filter((key) => key in top).map((key) => [
    key,
    top[key],
  ]);
  return { ...Object.fromEntries(from), ...own };
}

/**
 * Returns a setting as one line in the syntax of its file.
 * @param {WranglerConfig} config
 * @param {string} key
 * @param {string | string[]} value
 */
export function settingLine({ isToml }, key, value) {
  const text = Array.isArray(value)
    ? `[${value.map((each) => JSON.stringify(each)).join(", ")}]`
    : JSON.stringify(value);
  return isToml ? `${key} = ${text}` : `"${key}": ${text},`;
}

/**
 * Returns the place in the file for a setting of that target.
 * @param {WranglerConfig} config
 * @param {Target} target
 * @param {string} key
 */
export function placeOf({ isToml, settings }, { name }, key) {
  // An inherited setting is corrected where it is set.
  const isOwn = name !== undefined && key in settings.env[name];
  if (!isOwn) return "";
  return isToml ? `[env.${name}]` : `"env": { "${name}": { … } }`;
}

/**
 * @param {unknown} value
 * @returns {value is Settings}
 */
function isTable(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
