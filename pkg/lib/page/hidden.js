// Exports the buffered spans when a page is hidden, because it may never be shown again. The requests are small
// enough to outlive the page.

import { exportNow } from "../record/background.js";
import { anyConfiguration } from "../options/configuration.js";

export function watchHidden() {
  const { document } = globalThis;
  if (typeof document?.addEventListener !== "function") return;
  // Phones only fire visibilitychange; some browsers only fire pagehide.
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
