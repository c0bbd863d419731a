// Warnings: one for each kind of trouble in an isolate.

import { hasOtherForms, shared } from "./shared.js";

const said = shared("warnings", () => new Set());

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
    console.warn(`[laminar-edge] ${message}`);
  } catch {
    // Telemetry never breaks its host.
  }
}

/**
 * Lets a kind be warned of again, for trouble that a user can fix and that may return.
 * @param {string} kind
 */
export function forget(kind) {
  said.delete(kind);
}
