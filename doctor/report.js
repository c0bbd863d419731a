// Prints the findings, as text or as JSON.

import picocolors from "picocolors";

/**
 * @typedef {import("./project.js").Finding} Finding
 * @typedef {import("./project.js").Fix} Fix
 * @typedef {import("./project.js").Status} Status
 * @typedef {ReturnType<typeof picocolors.createColors>} Colors
 */

/**
 * Returns how many findings there are of each status.
 * @param {Finding[]} findings
 * @returns {Record<Status, number>}
 */
export function countOf(findings) {
  const count = { ok: 0, warn: 0, fail: 0, skip: 0 };
  for (const { status } of findings) count[status]++;
  return count;
}

/**
 * Returns whether to use colours: in a terminal, unless NO_COLOR or a flag turns them off.
 * @param {{ isTTY?: boolean }} stream
 * @param {Record<string, string | undefined>} env
 * @param {boolean} allowed
 */
export function wantsColors({ isTTY }, env, allowed) {
  if (!allowed || env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== "0";
  return isTTY === true && env.TERM !== "dumb";
}

/**
 * Returns the findings as text, a line for each and one for each thing to do.
 * @param {Finding[]} findings
 * @param {{ colors: boolean, title: string }} how
 */
export function asText(findings, { colors, title }) {
  const color = picocolors.createColors(colors);
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap((finding) => linesOf(finding, width, color));
  const { ok, warn, fail, skip } = countOf(findings);
  const parts = [
    `${ok} ok`,
    plural(warn, "warning"),
    plural(fail, "failure"),
    `${skip} skipped`,
  ];
  return [color.bold(title), "", ...lines, "", parts.join(", "), ""].join("\n");
}

/**
 * @param {Finding} finding
 * @param {number} width
 * @param {Colors} color
 */
function linesOf({ check, status, text, environment, fix }, width, color) {
  const paint = {
    ok: color.green,
    warn: color.yellow,
    fail: color.red,
    skip: color.dim,
  }[status];
  const where = environment === undefined ? "" : `[env ${environment}] `;
  const indent = " ".repeat(width + 10);
  const first = `  ${paint(status.padEnd(4))}  ${check.padEnd(width)}  ${where}${text}`;
  return [first, ...(fix ?? []).map((each) => indent + fixText(each, color))];
}

/**
 * @param {Fix} fix
 * @param {Colors} color
 */
function fixText({ in: place, line, run }, color) {
  if (run !== undefined) return `run: ${color.cyan(run)}`;
  const head = place === undefined ? "write:" : `in ${place}:`;
  return `${head} ${color.cyan(line ?? "")}`;
}

/**
 * @param {number} count
 * @param {string} noun
 */
function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * Returns the findings as one JSON text.
 * @param {Finding[]} findings
 * @param {{ version: string, folder: string, ok: boolean }} about
 */
export function asJson(findings, { version, folder, ok }) {
  const value = { version, folder, ok, count: countOf(findings), findings };
  return `${JSON.stringify(value, null, 2)}\n`;
}
