// The moments when a host may go away for good: a page that is hidden, a process that exits.

import { exportNow } from "./background.js";
import { anyConfiguration } from "./configuration.js";

let watching = false;
let onExit;
let notice;

/** How the runtime tells that the program ends; said by the entry of one that does. */
export function setOnExit(register) {
  onExit = register;
}

export function setExitNotice(say) {
  notice = say;
}

/** With the first initialize, so that merely importing the package does nothing. */
export function watchHost() {
  if (watching) return;
  watching = true;
  try {
    onExit?.(() => notice?.());
    const { document } = globalThis;
    if (typeof document?.addEventListener !== "function") return;
    // Phones never say more than hidden; some browsers say pagehide only.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") hidden();
    });
    globalThis.addEventListener("pagehide", hidden);
  } catch {
    // A host without these events, or with others by the same names.
  }
}

function hidden() {
  const inForce = anyConfiguration();
  if (inForce !== undefined && inForce.flushOnHide !== false)
    exportNow({ inPieces: true });
}
