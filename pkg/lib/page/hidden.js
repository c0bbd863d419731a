// A page that is hidden may never be seen again: what waits leaves, in pieces that outlive it.

import { exportNow } from "../record/background.js";
import { anyConfiguration } from "../options/configuration.js";

export function watchHidden() {
  const { document } = globalThis;
  if (typeof document?.addEventListener !== "function") return;
  // Phones never say more than hidden; some browsers say pagehide only.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") hidden();
  });
  globalThis.addEventListener("pagehide", hidden);
}

function hidden() {
  const inForce = anyConfiguration();
  if (inForce !== undefined && inForce.flushOnHide !== false)
    exportNow({ inPieces: true });
}
