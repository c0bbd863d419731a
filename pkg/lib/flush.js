// flush() as the user sees it: the promise from wasm, guarded by a timer that a trap cannot reach.

import { anchorClock } from "./clock.js";
import { attempt, current, loaded, lose, proveSound } from "./instance.js";
import { hasOpenStreams, noteFlush, waitForStreams } from "./open-streams.js";
import { drainWaiting } from "./record.js";
import { waitingCounts } from "./waiting.js";

// The wasm side stops at the budget; only a flush that can no longer run is later than this.
const GUARD_MS = 100;

const MESSAGES = {
  trap: "the wasm instance ended while this flush was under way; its spans stay for the next flush",
  stuck:
    "the flush did not end within its budget; its spans stay for the next flush",
  shutdown: "the SDK was shut down while this flush was under way",
  unavailable: "the wasm module is not available",
};

/** Never rejects. */
export async function flush(budgetMs) {
  const loading = loaded();
  if (loading !== undefined) await atMost(loading, budgetMs);
  noteFlush();
  // The budget is for sending: it begins when the streams have ended.
  if (hasOpenStreams()) await waitForStreams();
  anchorClock();
  drainWaiting();
  return guarded(budgetMs);
}

function guarded(budgetMs) {
  const timers = hasTimers();
  // Without a clock they cannot even be encoded, so no request of this flush carries them.
  const held = waitingCounts().held;
  const instance = current();
  return new Promise((resolve) => {
    let timer;
    const settle = (report) => {
      clearTimeout(timer);
      instance?.flushes.delete(fail);
      if (held > 0) {
        report.pending += held;
        report.ok = false;
      }
      resolve(report);
    };
    const fail = (code) => settle(failure(code));
    // Draining may have ended the last instance there could be.
    if (instance === undefined) return fail("unavailable");
    if (timers) {
      timer = setTimeout(() => {
        fail("stuck");
        lose(instance, "stuck", "a flush was no longer running");
      }, budgetMs + GUARD_MS);
    }
    instance.flushes.add(fail);
    const finish = (report) => {
      proveSound();
      settle(report);
    };
    attempt((_, glue) => glue.flush(budgetMs, timers))?.then(finish, () =>
      fail("trap"),
    );
  });
}

/** A Worker's global scope has none; neither can it fetch. */
function hasTimers() {
  try {
    clearTimeout(setTimeout(() => {}, 0));
    return true;
  } catch {
    return false;
  }
}

async function atMost(promise, ms) {
  let timer;
  const limit = new Promise((resolve) => {
    timer = hasTimers() ? setTimeout(resolve, ms) : resolve();
  });
  await Promise.race([promise, limit]);
  clearTimeout(timer);
}

function failure(code) {
  return {
    ok: false,
    exported: 0,
    rejected: 0,
    pending: pendingSpans(),
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
