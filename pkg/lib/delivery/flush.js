// flush() as the user sees it: it waits for open streams, sends, and puts the rest into a spill sink.

import { anchorClock } from "../context/clock.js";
import { anyConfiguration } from "../options/configuration.js";
import { llmLoading } from "../options/llm-engine.js";
import { debug } from "../host/debug.js";
import { guardedFlush } from "./guard.js";
import { emptyReport } from "./report.js";
import { loaded, proveSound, compactIfQuiet } from "../core/instance.js";
import { replaceIfTerminated } from "../core/terminated.js";
import {
  hasOpenStreams,
  noteFlush,
  waitForStreams,
} from "../streams/open-streams.js";
import { KEEPALIVE_BYTES } from "../host/page.js";
import { openHere } from "../host/request.js";
import { drainWaiting } from "../record/record.js";
import { openNames, openSpans } from "../record/open.js";
import { takeRefused } from "../record/refused.js";
import { takeReplaced } from "../record/replaced.js";
import { spillEngine } from "../options/spill-engine.js";
import { tailEngine } from "../options/tail-engine.js";
import { waitingCounts } from "../record/waiting.js";

/** @import { FlushReport } from "../../index.js" */
/** @import { Report } from "./report.js" */

/**
 * Flushes; never rejects. `all` sends more than the full batches, `awaited` waits for this request's streams,
 * and `inPieces` sends requests that may outlive a page.
 * @param {number} budgetMs
 * @param {{ all?: boolean, awaited?: boolean, inPieces?: boolean }} [options]
 * @returns {Promise<FlushReport>}
 */
export async function flush(
  budgetMs,
  { all = true, awaited = true, inPieces = false } = {},
) {
  let leftMs = budgetMs;
  const core = loaded();
  const llm = llmLoading();
  if (core !== undefined || llm !== undefined) {
    const began = performance.now();
    await atMost(Promise.all([core, llm]), budgetMs);
    leftMs = Math.max(budgetMs - (performance.now() - began), 1);
  }
  if (awaited) noteFlush();
  // The budget is for sending, so it begins when the streams have ended.
  if (awaited && hasOpenStreams()) await waitForStreams();
  anchorClock();
  replaceIfTerminated();
  drainWaiting();
  const report = await deliver(leftMs, all, inPieces);
  takeRefused(report);
  report.redacted = takeReplaced();
  // Usually none are open anywhere, which is cheaper to know.
  report.open = openSpans() > 0 ? openHere() : 0;
  debug("flush", () => ({ ...report, openSpans: openNames() }));
  return /** @type {FlushReport} */ (report);
}

/** @type {(budgetMs: number, all: boolean, inPieces: boolean) => Promise<Report>} */
async function deliver(budgetMs, all, inPieces) {
  // Spans that wait for a clock cannot be encoded, so no request of this flush carries them.
  const { held } = waitingCounts();
  const tail = tailEngine()?.hand(all);
  // All spans have left by the Tail Worker, so no request is needed.
  if (tail?.left === 0) {
    proveSound();
    const { handed } = tail;
    return { ...emptyReport(), ok: held === 0, handed, pending: held };
  }
  const { spill: sink, exports = 1 } = anyConfiguration() ?? {};
  const engine = sink && spillEngine();
  const endsAt = engine ? performance.now() + budgetMs : 0;
  const reserveMs = engine ? engine.reserveMs(budgetMs) : 0;
  const sendMs = budgetMs - reserveMs;
  const { report, horizon, timers } = await guardedFlush(sendMs, {
    all,
    exports,
    maxBytes: inPieces ? KEEPALIVE_BYTES : Infinity,
  });
  // The flush ran to its end, so this instance works whatever failed before.
  if (horizon !== undefined) proveSound();
  if (engine && timers && report.pending > 0) {
    // A program that kept the flush from running takes nothing from the time for the sink.
    const leftMs = Math.max(endsAt - performance.now(), reserveMs);
    await engine.put(sink, /** @type {number} */ (horizon), leftMs, report);
  }
  compactIfQuiet(report.bytes);
  report.handed = tail?.handed ?? 0;
  if (held > 0) {
    report.pending += held;
    report.ok = false;
  }
  return report;
}

/** @type {(promise: Promise<unknown>, ms: number) => Promise<void>} */
async function atMost(promise, ms) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<void>} */
  const limit = new Promise((resolve) => {
    try {
      timer = setTimeout(resolve, ms);
    } catch {
      // A Worker's global scope has no timers.
      resolve();
    }
  });
  await Promise.race([promise, limit]);
  clearTimeout(timer);
}
