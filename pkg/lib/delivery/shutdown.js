// shutdown() flushes, counts what is left as dropped, and releases the instance.

import {
  countInitializations,
  forgetConfigurations,
} from "../options/configuration.js";
import { callCore, current, lose } from "../core/instance.js";
import { ledger } from "../record/ledger.js";
import { dropWaiting } from "../record/waiting.js";
import { flush } from "./flush.js";
import { addCounts, addTo, isOk } from "./report.js";

/** @import { DropReason, FlushReport } from "../../index.js" */

/**
 * Ends the SDK after a flush, unless the program calls initialize meanwhile: then it goes on. Never rejects.
 * @type {(budgetMs: number, forceFlush: () => Promise<FlushReport>) => Promise<FlushReport>}
 */
export async function shutdown(budgetMs, forceFlush) {
  const initializations = countInitializations();
  const goesOn = () => countInitializations() !== initializations;
  const endsAt = performance.now() + budgetMs;
  let report = await forceFlush();
  if (goesOn()) return report;
  const { buffered, inFlight } = ledger();
  const leftMs = endsAt - performance.now();
  // Some spans have ended since, or other flushes are sending some.
  if (leftMs > 0 && (inFlight > 0 || buffered > report.pending)) {
    const first = report;
    report = await flush(leftMs, { awaited: false });
    addTo(report, first);
    addCounts(report.redacted, first.redacted);
    report.handed += first.handed;
    report.attempts += first.attempts;
    report.bytes += first.bytes;
    report.error ??= first.error;
    report.ok = isOk(report);
    if (report.ok) delete report.error;
    if (goesOn()) return report;
  }
  forgetConfigurations();
  const instance = current();
  const before = ledger().dropped;
  callCore((exports) => exports.clear());
  dropWaiting("shutdown");
  const { dropped } = ledger();
  let lost = 0;
  for (const key in dropped) {
    const reason = /** @type {DropReason} */ (key);
    const spans = Number(dropped[reason]) - (before[reason] ?? 0);
    if (spans > 0) addCounts(report.dropped, { [reason]: spans });
    lost += spans;
  }
  if (lost > 0) {
    report.pending = 0;
    report.ok = false;
  }
  // The next instance takes the counters over, and the memory of this one can be collected.
  if (instance !== undefined) lose(instance, lost > 0 ? "shutdown" : "over");
  return report;
}
