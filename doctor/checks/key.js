// Checks the project API key without a server.

import { spawnSync } from "node:child_process";
import path from "node:path";
import { valuesOf, variableFiles } from "../variables.js";

/**
 * @typedef {import("../project.js").Project} Project
 * @typedef {import("../project.js").Finding} Finding
 * @typedef {import("../variables.js").Found} Found
 */

export const KEY = "LMNR_PROJECT_API_KEY";
// The form of keys from Laminar's page; a self-hosted server may make others.
const USUAL = /^[A-Za-z0-9]{64}$/;
const PLACEHOLDER = /^<.*>$|^\$|\.\.\.|…|\*{3}|your|example|changeme|^x+$/i;
// The characters that a header can carry.
const SENDABLE = /^[\x21-\x7e]+$/;

/**
 * Returns every value of a variable that the program may be given, the one that counts first.
 * @param {Project} project
 * @param {string} name
 */
export function valuesHere(project, name) {
  const { config, environment, folder, targets } = project;
  const beside = config === undefined ? folder : path.dirname(config.file);
  return valuesOf(name, {
    process: process.env,
    files: variableFiles(beside, environment),
    vars:
      config === undefined
        ? undefined
        : [project.shown(config.file), targets[0]?.settings.vars],
  });
}

/**
 * @param {Project} project
 * @returns {Finding[]}
 */
export function checkKey(project) {
  const check = "key";
  const found = valuesHere(project, KEY);
  const [first] = found;
  const { config, configError, options } = project;
  const isWorker = config !== undefined || configError !== undefined;
  if (first === undefined)
    return [
      {
        check,
        // Without sending, as in CI, only the platform may have the key.
        status: options.offline ? "warn" : "fail",
        text: `no ${KEY} in the environment${isWorker ? ", .dev.vars or .env" : " or .env"}`,
        fix: [
          { in: isWorker ? ".dev.vars" : ".env", line: `${KEY}=…` },
          ...(isWorker ? [{ run: `npx wrangler secret put ${KEY}` }] : []),
        ],
      },
    ];
  return [
    shapeFinding(first),
    ...found
      .filter(({ from }) => from.startsWith("vars of "))
      .map(({ from }) => inVars(from)),
    ...conflict(found),
    ...found.flatMap((each) => visibleToGit(project, each)),
  ];
}

/**
 * @param {Found} found
 * @returns {Finding}
 */
function shapeFinding({ value, from }) {
  const check = "key";
  const shown = `${from}: ${value.length} characters, ending in ${value.slice(-4)}`;
  if (value.trim() === "")
    return { check, status: "fail", text: `${KEY} is empty in ${from}` };
  if (/^Bearer\s/i.test(value))
    return {
      check,
      status: "fail",
      text: `${from}: it begins with Bearer; the package adds that itself`,
    };
  if (PLACEHOLDER.test(value))
    return { check, status: "fail", text: `${from}: it is a placeholder` };
  if (!SENDABLE.test(value.trim()))
    return {
      check,
      status: "fail",
      text: `${from}: it holds characters that no header can carry, such as spaces or typographic quotes`,
    };
  if (!USUAL.test(value.trim()))
    return {
      check,
      status: "warn",
      text: `${shown}; Laminar's own keys are 64 letters and digits`,
    };
  return { check, status: "ok", text: shown };
}

/**
 * @param {string} from
 * @returns {Finding}
 */
function inVars(from) {
  return {
    check: "key",
    status: "warn",
    text: `it stands in ${from}, which everybody with the repository can read: remove it there, and make it a secret`,
    fix: [{ run: `npx wrangler secret put ${KEY}` }],
  };
}

/**
 * @param {Found[]} found
 * @returns {Finding[]}
 */
function conflict(found) {
  const values = new Set(found.map(({ value }) => value));
  if (values.size < 2) return [];
  const places = found.map(({ from }) => from).join(", ");
  return [
    {
      check: "key",
      status: "warn",
      text: `${values.size} different keys (${places}): the first is checked`,
    },
  ];
}

/**
 * @param {Project} project
 * @param {Found} found
 * @returns {Finding[]}
 */
function visibleToGit({ shown }, { file }) {
  if (file === undefined) return [];
  // 0: ignored, 1: not ignored, anything else: no git or no repository.
  const { status } = spawnSync("git", ["check-ignore", "-q", file], {
    cwd: path.dirname(file),
    stdio: "ignore",
  });
  if (status !== 1) return [];
  return [
    {
      check: "key",
      status: "warn",
      text: `git does not ignore ${shown(file)}: the key may be committed`,
      fix: [{ in: ".gitignore", line: `${path.basename(file)}*` }],
    },
  ];
}
