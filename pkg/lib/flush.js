// flush() as the user sees it: the promise from wasm, guarded by a timer that a trap cannot reach,
// and carried on by the next instance if one comes.

import { anchorClock } from "./clock.js";
import { anyConfiguration } from "./configuration.js";
import { debug } from "./debug.js";
import {
  attemptOn,
  current,
  loaded,
  lose,
  proveSound,
  retireIfWorn,
} from "./instance.js";
import { hasOpenStreams, noteFlush, waitForStreams } from "./open-streams.js";
import { KEEPALIVE_BYTES } from "./keepalive.js";
import { rescue } from "./rescue.js";
import { drainWaiting } from "./record.js";
import { failure } from "./report.js";
import { reserveMs, spill } from "./spill/put.js";
import { Transport } from "./transport.js";
import { waitingCounts } from "./waiting.js";

// The wasm side stops at the budget; only a flush that can no longer run is later than this.
const GUARD_MS = 100;
// A flush that has not settled so long after its budget belongs to a request that was killed.
const ABANDONED_MS = 5_000;
// With less than this left, what a trap interrupted is left to the next flush.
const WORTH_MS = 100;
// How an instance ends with its spans still there.
const INTERRUPTIONS = ["trap", "stuck"];

/**
 * Never rejects. `all`: not only full batches; `awaited`: by somebody who wants this request's streams
 * included; `inPieces`: that may outlive a page.
 */
export async function flush(
  budgetMs,
  { all = true, awaited = true, inPieces = false } = {},
) {
  const began = performance.now();
  const loading = loaded();
  if (loading !== undefined) await atMost(loading, budgetMs);
  const left = Math.max(budgetMs - (performance.now() - began), 1);
  if (awaited) noteFlush();
  // The budget is for sending: it begins when the streams have ended.
  if (awaited && hasOpenStreams()) await waitForStreams();
  anchorClock();
  drainWaiting();
  const report = await carriedOn(left, all, inPieces);
  debug("flush", report);
  return report;
}

/** A trap interrupts a flush; the leases it held are in the next instance, and so it goes on. */
async function carriedOn(budgetMs, all, inPieces) {
  const ends = performance.now() + budgetMs;
  const rescued = [];
  retireIfWorn();
  for (;;) {
    const left = ends - performance.now();
    const instance = current();
    // Draining may have ended the last instance there could be.
    if (instance === undefined) return failure("unavailable");
    const transport = new Transport(instance);
    const report = await guarded(instance, Math.max(left, 1), {
      all,
      exports: anyConfiguration()?.exports ?? 1,
      maxBytes: inPieces ? KEEPALIVE_BYTES : 0,
      transport,
    });
    const interrupted = INTERRUPTIONS.includes(report.error?.code);
    const addAnswers = interrupted && rescue(transport);
    if (!interrupted || ends - performance.now() < WORTH_MS) {
      for (const add of rescued) add(report);
      return report;
    }
    rescued.push(addAnswers, (report) => {
      // What it was putting into the sink came to its end all the same.
      const spilled = transport.spilling?.spilled ?? 0;
      report.spilled += spilled;
      report.ok &&= spilled === 0;
    });
  }
}

function guarded(instance, budgetMs, { all, exports, maxBytes, transport }) {
  const timers = hasTimers();
  // Without a clock they cannot even be encoded, so no request of this flush carries them.
  const { held } = waitingCounts();
  const { spill: sink } = anyConfiguration() ?? {};
  const spills = timers && sink !== undefined;
  const sendMs = spills ? budgetMs - reserveMs(budgetMs) : budgetMs;
  const endsAt = performance.now() + budgetMs;
  return new Promise((resolve) => {
    let timer;
    const settle = (report) => {
      clearTimeout(timer);
      instance.flushes.delete(fail);
      if (held > 0) {
        report.pending += held;
        report.ok = false;
      }
      resolve(report);
    };
    const fail = (code) => settle(failure(code));
    if (timers) {
      timer = setTimeout(() => {
        fail("stuck");
        // A sink that takes its time says nothing about the instance.
        if (!sent) lose(instance, "stuck", "a flush was no longer running");
      }, budgetMs + GUARD_MS);
    }
    instance.flushes.set(fail, Date.now() + budgetMs + ABANDONED_MS);
    const horizon = attemptOn(instance, (glue) => glue.horizon(all));
    let sent = false;
    const finish = async (report) => {
      sent = true;
      proveSound();
      transport.spilling = report;
      if (spills && report.pending > 0)
        await spill(sink, horizon, endsAt - performance.now(), report);
      settle(report);
    };
    attemptOn(instance, (glue) =>
      glue.flush(sendMs, timers, all, exports, maxBytes, transport),
    )
      ?.then(finish)
      .catch(() => fail("trap"));
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
