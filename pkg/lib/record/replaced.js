// Reports how many values were replaced by redaction, in the next flush.

import { shared } from "../host/shared.js";
import { callCore } from "../core/instance.js";
import { ledger } from "./ledger.js";

/** @import { RedactedCounts } from "../../index.js" */

// What has been reported, and how many values were replaced in all by then.
/** @type {{ reported: RedactedCounts, all: number }} */
const state = shared("replaced", () => ({ reported: {}, all: 0 }));

/**
 * Returns how many values were replaced since the last report, by label.
 * @returns {RedactedCounts}
 */
export function takeReplaced() {
  const all = callCore((exports) => exports.replaced(), state.all);
  if (all === state.all) return {};
  state.all = all;
  const { redacted } = ledger();
  /** @type {Record<string, number>} */
  const since = {};
  for (const [label, count] of Object.entries(redacted)) {
    const known = /** @type {any} */ (state.reported)[label] ?? 0;
    if (count > known) since[label] = count - known;
  }
  state.reported = redacted;
  return since;
}
