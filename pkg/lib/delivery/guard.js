// Guards the promise that wasm returns for a flush. A trap ends every flush of its instance, and the future of
// a killed request is never polled again. The guard ends each flush by its deadline all the same, and continues
// it in the next instance if a trap interrupted it.

import {
  callCore,
  current,
  isShutdown,
  lose,
  replaceIfWorn,
} from "../core/instance.js";
import { addTo, failure, isOk } from "./report.js";
import { rescue } from "./rescue.js";
import { Transport } from "./transport.js";

// The flush itself stops at its budget. One that is later by more than this no longer runs.
const GUARD_MS = 100;
// A flush that has not ended so long after its budget belongs to a request that was killed.
const ABANDONED_MS = 5_000;
// With less time left than this, an interrupted flush is not continued; the next flush sends its spans.
const WORTH_MS = 100;

/** @import { EndCode, Instance } from "../core/instance.js" */
/** @import { Report } from "./report.js" */
/** @typedef {{ all: boolean, exports: number, maxBytes: number }} Options */
/**
 * @typedef {{
 *   code?: EndCode | "unavailable", report?: Report, horizon?: number, timers?: boolean
 * }} Ended
 */

/**
 * Sends the spans that are buffered now. Resolves to the report, the horizon, and whether there are timers,
 * which the spill sink needs; never rejects.
 * @type {(budgetMs: number, options: Options) => Promise<Ended & { report: Report }>}
 */
export async function guardedFlush(budgetMs, options) {
  const endsAt = performance.now() + budgetMs;
  /** @type {Transport[]} */
  const interrupted = [];
  let leftMs = Math.max(budgetMs, 1);
  replaceIfWorn();
  for (;;) {
    const instance = current();
    /** @type {Ended} */
    let ended = { code: "unavailable" };
    if (instance !== undefined) {
      const transport = new Transport(instance);
      ended = await oneFlush(instance, transport, leftMs, options);
      if (ended.code !== undefined) interrupted.push(transport);
      // Unless the SDK was shut down, the next instance has its spans and the leases of its requests.
      if (ended.code !== undefined && !isShutdown(ended.code)) {
        rescue(transport);
        leftMs = endsAt - performance.now();
        if (leftMs >= WORTH_MS) continue;
      }
    }
    const report = ended.report ?? failure(/** @type {EndCode} */ (ended.code));
    for (const transport of interrupted) {
      // Without an instance now, a later one may still settle the answers.
      if (ended.code !== "unavailable") transport.cancel();
      addTo(report, transport.report);
      report.ok &&= isOk(report);
    }
    return { ...ended, report };
  }
}

/**
 * Resolves to what the core reports, or to the code of what ended it.
 * @param {Instance} instance
 * @param {Transport} transport
 * @param {number} budgetMs
 * @param {Options} options
 * @returns {Promise<Ended>}
 */
function oneFlush(instance, transport, budgetMs, { all, exports, maxBytes }) {
  return new Promise((resolve) => {
    const running = new Running(instance, resolve);
    try {
      running.timer = setTimeout(
        () => {
          // If the process stood still until now, the flush's own timer is due as well, and comes first now.
          running.timer = setTimeout(() => {
            running.fail("stuck");
            lose(instance, "stuck", "a flush was no longer running");
          }, GUARD_MS / 2);
        },
        budgetMs + GUARD_MS / 2,
      );
    } catch {
      // A Worker's global scope has no timers, and cannot fetch either.
    }
    instance.flushes.set(running.fail, Date.now() + budgetMs + ABANDONED_MS);
    const timers = running.timer !== undefined;
    callCore((raw, live, glue) => {
      const horizon = raw.horizon(all) >>> 0;
      const options = { horizon, budgetMs, timers, exports, maxBytes };
      return glue.flush(options, transport).then(
        (/** @type {Report} */ report) =>
          running.settle({ report, horizon, timers }),
        () => running.fail("trap"),
      );
    });
  });
}

/** A flush that runs in an instance. Its closures have no names, because bundlers that keep names add code for each. */
class Running {
  /**
   * @param {Instance} instance
   * @param {(ended: Ended) => void} resolve
   */
  constructor(instance, resolve) {
    this.instance = instance;
    this.resolve = resolve;
    this.timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (
      undefined
    );
    // The instance calls it when it ends.
    this.fail = (/** @type {EndCode} */ code) => this.settle({ code });
  }

  settle(/** @type {Ended} */ ended) {
    clearTimeout(this.timer);
    this.instance.flushes.delete(this.fail);
    this.resolve(ended);
  }
}
