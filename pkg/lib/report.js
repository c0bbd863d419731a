// What flush() resolves to where wasm cannot say it, and what the console hears of it.

import { attempt } from "./instance.js";

const MESSAGES = {
  trap: "the wasm instance ended while this flush was under way; its spans stay for the next flush",
  stuck:
    "the flush did not end within its budget; its spans stay for the next flush",
  shutdown: "the SDK was shut down while this flush was under way",
  unavailable: "the wasm module is not available",
};

export function failure(code) {
  return {
    ok: false,
    exported: 0,
    rejected: 0,
    pending: pendingSpans(),
    spilled: 0,
    dropped: {},
    attempts: 0,
    bytes: 0,
    error: { code, message: MESSAGES[code] ?? code },
  };
}

function pendingSpans() {
  const stats = attempt((_, glue) => glue.stats());
  return stats === undefined ? 0 : stats.buffered + stats.inFlight;
}
