// Checks wrangler's configuration of a Worker: its date, its flags, AsyncLocalStorage.

import {
  contradictions,
  hasAsyncLocalStorage,
  isDate,
} from "../compatibility.js";
import { placeOf, settingLine } from "../wrangler-config.js";

/**
 * @typedef {import("../project.js").Project} Project
 * @typedef {import("../project.js").Finding} Finding
 * @typedef {import("../wrangler-config.js").Target} Target
 */

const FLAGS = "compatibility_flags";

/**
 * @param {Project} project
 * @returns {Finding[]}
 */
export function checkConfig(project) {
  const { config, configError, environment, targets } = project;
  const check = "configuration";
  if (configError !== undefined)
    return [
      {
        check,
        status: "fail",
        text: `${project.shown(configError.file)} cannot be read: ${configError.message}`,
      },
    ];
  if (config === undefined)
    return [
      {
        check,
        status: "skip",
        text: "no wrangler.json, wrangler.jsonc or wrangler.toml: what only Workers have is not looked at",
      },
    ];
  const name = project.shown(config.file);
  if (targets.length === 0)
    return [
      {
        check,
        status: "fail",
        text: `${name} has no environment ${environment}`,
      },
    ];
  if (config.ignored.length > 0)
    return [
      {
        check,
        status: "warn",
        text: `wrangler reads ${name} and ignores ${config.ignored.map(project.shown).join(" and ")}: keep one`,
      },
    ];
  return [{ check, status: "ok", text: name }];
}

/**
 * @param {Project} project
 * @returns {Finding[]}
 */
export function checkDates(project) {
  return forTargets(project, dateFinding);
}

/**
 * @param {Project} project
 * @returns {Finding[]}
 */
export function checkStorage(project) {
  return forTargets(project, storageFinding);
}

/**
 * Returns a finding for each target; one that is the same for all is returned once.
 * @param {Project} project
 * @param {(project: Project, target: Target) => Finding} finding
 */
export function forTargets(project, finding) {
  const all = project.targets.map((target) => ({
    ...finding(project, target),
    environment: target.name,
  }));
  const [first] = all;
  const same = (/** @type {Finding} */ { status, text, fix }) =>
    JSON.stringify([status, text, fix]);
  if (first === undefined) return [];
  return all.filter((each, at) => at === 0 || same(each) !== same(first));
}

/**
 * @param {Project} project
 * @param {Target} target
 * @returns {Finding}
 */
function dateFinding(project, target) {
  const check = "compatibility date";
  const date = target.settings.compatibility_date;
  const today = new Date().toISOString().slice(0, 10);
  const fix = [addition(project, target, "compatibility_date", today)];
  if (date === undefined)
    return {
      check,
      status: "warn",
      text: "none: wrangler deploys only with --compatibility-date",
      fix,
    };
  if (!isDate(date))
    return { check, status: "fail", text: `${date} is no date`, fix };
  if (date > today)
    return {
      check,
      status: "fail",
      text: `${date} is in the future: Cloudflare refuses it`,
      fix,
    };
  return { check, status: "ok", text: date };
}

/**
 * @param {Project} project
 * @param {Target} target
 * @returns {Finding}
 */
function storageFinding(project, target) {
  const check = "AsyncLocalStorage";
  const { compatibility_date: date, [FLAGS]: given = [] } = target.settings;
  if (!isListOfTexts(given))
    return { check, status: "fail", text: `${FLAGS} is no list of texts` };
  const twice = contradictions(given);
  if (twice.length > 0)
    return {
      check,
      status: "fail",
      text: `${twice.map((flag) => `${flag} and no_${flag}`).join(", ")}: workerd does not start with both`,
      fix: [
        addition(
          project,
          target,
          FLAGS,
          given.filter((flag) => !twice.some((each) => flag === `no_${each}`)),
        ),
      ],
    };
  const because = given.filter((flag) => /^nodejs_(als|compat)/.test(flag));
  if (hasAsyncLocalStorage(isDate(date) ? date : "", given))
    return {
      check,
      status: "ok",
      text:
        because.length > 0
          ? `by ${because.join(", ")}`
          : `by the compatibility date ${date}`,
    };
  return {
    check,
    status: "warn",
    text: "not available: a span that starts after an await does not find its parent unless you name it",
    fix: [
      addition(project, target, FLAGS, [
        ...given.filter((flag) => flag !== "no_nodejs_als"),
        "nodejs_als",
      ]),
    ],
  };
}

/**
 * @param {Project} project
 * @param {Target} target
 * @param {string} key
 * @param {string | string[]} value
 */
export function addition(project, target, key, value) {
  const config = /** @type {NonNullable<Project["config"]>} */ (project.config);
  const place = placeOf(config, target, key);
  return {
    in: `${project.shown(config.file)}${place && `, ${place}`}`,
    line: settingLine(config, key, value),
  };
}

/**
 * @param {unknown} value
 * @returns {value is string[]}
 */
function isListOfTexts(value) {
  return (
    Array.isArray(value) && value.every((each) => typeof each === "string")
  );
}
