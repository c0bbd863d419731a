// What came of sending a batch, said to the core; what that means, put into a report.

import { insist } from "../core/instance.js";
import { REASONS } from "../core/reasons.js";
import { codeOf } from "./report.js";
import { answers } from "../core/staging.js";

// How an attempt ended, as src/js/verdict.rs knows it.
export const ANSWERED = 0;
export const NO_CONNECTION = 1;
export const NO_ANSWER = 2;
export const STORED = 3;

/**
 * By the lease's number, which a successor of the instance knows too. Gives back a word for the answer
 * if it was one, and how long the destination is to be left alone: 0 not at all, below it for a while.
 */
export function settle(report, token, how, answer, rejected = 0) {
  const settled = insist((exports, instance) =>
    answers(
      instance,
      exports.settle(
        token,
        how,
        answer?.status ?? 0,
        answer?.retryAfterMs ?? -1,
        rejected,
        Date.now(),
      ),
    ),
  );
  const code = how === ANSWERED ? codeOf(answer.status) : undefined;
  if (settled === undefined) return { code, paceMs: 0, spilled: 0 };
  return { code, ...count(report, settled), paceMs: settled[6] };
}

/** Adds `[exported, rejected, spilled, kept, dropped, reason]` to a report. */
export function count(report, settled) {
  const [exported, rejected, spilled, kept, dropped, reason] = settled;
  report.exported += exported;
  report.rejected += rejected;
  report.spilled += spilled;
  if (dropped > 0) {
    const name = REASONS[reason];
    report.dropped[name] = (report.dropped[name] ?? 0) + dropped;
  }
  return { exported, spilled, kept, dropped };
}
