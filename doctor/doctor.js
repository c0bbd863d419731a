// Runs all checks one after the other, so that the report always has the same order.

import { checkEntry, checkModule } from "./checks/entry.js";
import { checkCopies, checkInstalled } from "./checks/installed.js";
import { checkKey } from "./checks/key.js";
import { checkServer } from "./checks/server.js";
import { checkWorkerd } from "./checks/workerd.js";
import { checkConfig, checkDates, checkStorage } from "./checks/worker.js";

const CHECKS = [
  checkInstalled,
  checkCopies,
  checkConfig,
  checkDates,
  checkStorage,
  checkEntry,
  checkModule,
  checkWorkerd,
  checkKey,
  checkServer,
];

/**
 * @param {import("./project.js").Project} project
 * @returns {Promise<import("./project.js").Finding[]>}
 */
export async function examine(project) {
  const findings = [];
  for (const check of CHECKS) findings.push(...(await check(project)));
  return findings;
}
