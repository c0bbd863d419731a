// Checks whether the package records spans in the project's own workerd, with its date and flags.

import { hasAsyncLocalStorage, isDate } from "../compatibility.js";
import { findMiniflare, recordInWorkerd } from "../workerd.js";

/**
 * @typedef {import("../project.js").Project} Project
 * @typedef {import("../project.js").Finding} Finding
 * @typedef {{ name: string | undefined, date: string, flags: string[] }} Compatibility
 */

const check = "workerd";

/**
 * @param {Project} project
 * @returns {Promise<Finding[]>}
 */
export async function checkWorkerd(project) {
  const { copies, folder, own } = project;
  const wanted = compatibilities(project);
  if (wanted.length === 0) return [];
  if (!project.options.workerd)
    return [{ check, status: "skip", text: "--no-workerd: it is not started" }];
  const miniflare = findMiniflare(folder);
  if (miniflare === undefined)
    return [
      {
        check,
        status: "skip",
        text: "no wrangler in node_modules brings one to run the package in",
      },
    ];
  const findings = [];
  for (const each of wanted) {
    const finding = await findingOf(miniflare, copies[0] ?? own, each);
    findings.push({ ...finding, environment: each.name });
  }
  return findings;
}

/**
 * Returns each pair of date and flags once.
 * @param {Project} project
 * @returns {Compatibility[]}
 */
function compatibilities({ targets }) {
  const pairs = new Map();
  for (const { name, settings } of targets) {
    const date = settings.compatibility_date;
    const flags = settings.compatibility_flags ?? [];
    const key = JSON.stringify([date, flags]);
    if (isDate(date) && Array.isArray(flags) && !pairs.has(key))
      pairs.set(key, { name, date, flags });
  }
  return [...pairs.values()];
}

/**
 * @param {string} miniflare
 * @param {import("../project.js").Copy} copy
 * @param {Compatibility} compatibility
 * @returns {Promise<Finding>}
 */
async function findingOf(miniflare, copy, compatibility) {
  const { date, flags } = compatibility;
  try {
    const seen = await recordInWorkerd(miniflare, copy, compatibility);
    const when =
      seen.date === date ? date : `${seen.date}, the newest date that it knows`;
    if (seen.recorded !== 1)
      return { check, status: "fail", text: `${when}: no span was recorded` };
    if (seen.hasStorage !== hasAsyncLocalStorage(seen.date, flags))
      return {
        check,
        status: "warn",
        text: `${when}: AsyncLocalStorage is ${seen.hasStorage ? "there" : "missing"} all the same`,
      };
    return {
      check,
      status: "ok",
      text: `the module loads and a span is recorded, with ${[when, ...flags].join(", ")}`,
    };
  } catch (error) {
    return {
      check,
      status: "fail",
      text: `the package does not run there: ${/** @type {Error} */ (error).message}`,
    };
  }
}
