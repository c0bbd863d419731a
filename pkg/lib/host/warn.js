// Warnings: one for each kind of trouble in an isolate.

import { hasOtherForms, shared } from "./shared.js";

const said = shared("warnings", () => new Set());
/** @type {(text: string) => string} */
let censored = (text) => text;

if (hasOtherForms())
  warnOnce(
    "forms",
    "the program holds copies of laminar-edge that cannot work together, each is by itself: bring them to one version",
  );

/**
 * @param {string} kind
 * @param {string} message
 */
export function warnOnce(kind, message) {
  if (said.has(kind)) return;
  said.add(kind);
  try {
    console.warn(`[laminar-edge] ${censored(message)}`);
  } catch {
    // Telemetry never breaks its host. Perhaps the stack was full, and later there is room for the warning.
    said.delete(kind);
  }
}

/**
 * Lets a kind be warned of again, for trouble that a user can fix and that may return.
 * @param {string} kind
 */
export function forget(kind) {
  said.delete(kind);
}

/**
 * Sets what redacts the texts that are shown on the console.
 * @param {(text: string) => string} censor
 */
export function censorBy(censor) {
  censored = censor;
}

/**
 * Returns a text as it may be shown on the console.
 * @param {string} text
 */
export function shownOnConsole(text) {
  return censored(text);
}
