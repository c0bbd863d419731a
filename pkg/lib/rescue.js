// What the end of an instance interrupted: the requests are still under way, and JavaScript hears
// their answers.

import { attemptTwice } from "./instance.js";
import { REASONS } from "./reasons.js";

/** Settles them as they come, until the flush ends that carries on: then its report is given. */
export function rescue(transport) {
  const sum = { exported: 0, rejected: 0, dropped: {} };
  for (const [token, answer] of transport.sent)
    settleWith(token, answer, transport, sum);
  return (report) => {
    transport.cancel();
    report.exported += sum.exported;
    report.rejected += sum.rejected;
    for (const [reason, spans] of Object.entries(sum.dropped))
      report.dropped[reason] = (report.dropped[reason] ?? 0) + spans;
    const lost = report.rejected > 0 || Object.keys(sum.dropped).length > 0;
    report.ok &&= !lost;
  };
}

async function settleWith(token, coming, transport, sum) {
  let answer;
  let said;
  try {
    answer = await coming;
    said = await answer.said;
  } catch {
    // Cut short, it may have arrived: the lease runs out by itself.
    if (transport.controller?.signal.aborted) return;
    // No connection: the batch did not arrive.
  }
  const [exported, rejected, dropped, reason] = attemptTwice(
    (_, glue) =>
      glue.settle_orphan(token, answer?.status, answer?.retryAfterMs, said),
    [0, 0, 0, 0],
  );
  sum.exported += exported;
  sum.rejected += rejected;
  if (dropped > 0) {
    const name = REASONS[reason];
    sum.dropped[name] = (sum.dropped[name] ?? 0) + dropped;
  }
}
