// Finds the places from which a variable of the program gets its value.

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "dotenv";

/** @typedef {{ value: string, from: string, file?: string }} Found */

/**
 * Returns the files that wrangler would read for `dev`: .dev.vars, or without one .env, .env.local and those of the
 * environment.
 * @param {string} folder
 * @param {string | undefined} environment
 * @returns {string[]} those that exist, the one with priority first
 */
export function variableFiles(folder, environment) {
  const at = (/** @type {string[]} */ names) =>
    names.map((name) => path.join(folder, name)).filter(existsSync);
  const [devVars] = at([
    ...(environment === undefined ? [] : [`.dev.vars.${environment}`]),
    ".dev.vars",
  ]);
  if (devVars !== undefined) return [devVars];
  return at([
    ...(environment === undefined
      ? []
      : [`.env.${environment}.local`, `.env.${environment}`]),
    ".env.local",
    ".env",
  ]);
}

/**
 * Returns every value of a variable, the one that counts first.
 * @param {string} name
 * @param {{ process: Record<string, string | undefined>, files: string[], vars: [string, Record<string, unknown>] | undefined }} places
 *   `vars`: the name of the configuration and its variables
 * @returns {Found[]}
 */
export function valuesOf(name, { process, files, vars }) {
  /** @type {Found[]} */
  const found = [];
  const inProcess = process[name];
  if (inProcess !== undefined)
    found.push({ value: inProcess, from: "the environment" });
  for (const file of files) {
    const value = parse(contentOf(file))[name];
    if (value !== undefined)
      found.push({ value, from: path.basename(file), file });
  }
  if (vars !== undefined) {
    const value = vars[1]?.[name];
    if (typeof value === "string")
      found.push({ value, from: `vars of ${vars[0]}` });
  }
  return found;
}

/**
 * Returns what a file holds; nothing if it is a folder, as environments of Python are, or cannot be read.
 * @param {string} file
 */
function contentOf(file) {
  try {
    return readFileSync(file);
  } catch {
    return "";
  }
}
