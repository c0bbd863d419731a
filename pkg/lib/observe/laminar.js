// The SDK's face: the official SDK's names, at the edge.

import {
  configureBackground,
  endTurn,
  setExporter,
} from "../record/background.js";
import { anchorClock } from "../context/clock.js";
import {
  anyConfiguration,
  configuration,
  confirmConfiguration,
  forgetConfigurations,
  setConfiguration,
} from "../options/configuration.js";
import { currentSpanMethods } from "../span/current-span.js";
import {
  activate,
  clearActive,
  hasStorage,
  runWithSpan,
} from "../context/context.js";
import { debug, setDebug } from "../host/debug.js";
import { destinationOf } from "../options/destination.js";
import { flush as flushBuffer } from "../delivery/flush.js";
import {
  attempt,
  insist,
  current,
  finalStats,
  ledger,
  lose,
} from "../core/instance.js";
import { fail } from "./observe.js";
import { cutStreams } from "../streams/open-streams.js";
import { parseOptions } from "../options/options.js";
import { watchHost } from "../host/leaving.js";
import { giveUpUnanswered } from "../record/record.js";
import { emptyLedger, undrained } from "../delivery/report.js";
import { spillEngine } from "../options/spill-engine.js";
import { recordInput, startFrom } from "../span/start.js";
import { isA, messageOf } from "../values/value.js";
import { waitingCounts } from "../record/waiting.js";
import { forget, warnOnce } from "../host/warn.js";

const DEFAULT_BUDGET_MS = 10_000;

let lastOptions;

export const Laminar = Object.freeze({
  initialize(options = {}) {
    try {
      anchorClock();
      endTurn();
      if (sameAsBefore(options)) return confirmConfiguration();
      if (options?.enabled === false) return standDown();
      const parsed = parseOptions(options ?? {});
      setDebug(parsed.debug);
      if (parsed.key === undefined) {
        warnOnce("key", parsed.missing);
        return standDown();
      }
      forget("key");
      const destination =
        parsed.url && destinationOf(parsed.url, parsed.key, parsed.transport);
      setConfiguration({ ...parsed, destination });
      lastOptions = { ...options };
      configureBackground(parsed.background);
      watchHost();
      attempt((exports, instance, glue) => glue.configure(parsed.core));
      debug(`spans go to ${parsed.url ?? "nowhere"}`, () => ({
        runtime: parsed.core.runtime,
        key: parsed.key === "" ? "none" : "given",
        asyncLocalStorage: hasStorage(),
      }));
    } catch (error) {
      warnOnce(
        "initialize",
        `initialize failed, nothing is recorded: ${messageOf(error)}`,
      );
    }
  },

  initialized() {
    return configuration() !== undefined;
  },

  startSpan(options) {
    const span = startFrom(options, "", "DEFAULT");
    if (span.recording) recordInput(span, options);
    return span;
  },

  startActiveSpan(options) {
    const span = Laminar.startSpan(options);
    if (span.recording) activate(span);
    return span;
  },

  withSpan(span, action, endOnExit = false) {
    const end = () => {
      if (endOnExit) span?.end();
    };
    const failed = (error) => {
      fail(span, error);
      end();
      throw error;
    };
    let result;
    try {
      result = runWithSpan(span, action);
    } catch (error) {
      failed(error);
    }
    if (!isA(result, Promise)) {
      end();
      return result;
    }
    const followed = result.then((value) => {
      end();
      return value;
    }, failed);
    if (result.constructor === Promise) return followed;
    // One with methods of its own stays what it is; watching it makes it handled.
    followed.catch(() => {});
    return result;
  },

  ...currentSpanMethods,

  flush() {
    return flushBuffer(anyConfiguration()?.budgetMs ?? DEFAULT_BUDGET_MS);
  },

  forceFlush() {
    cutStreams();
    clearActive();
    return Laminar.flush();
  },

  async shutdown() {
    const report = await Laminar.forceFlush();
    forgetConfigurations();
    lastOptions = undefined;
    const instance = current();
    const dropped = attempt((exports) => exports.clear(), 0);
    if (dropped > 0) {
      report.dropped.shutdown = dropped;
      report.pending = 0;
      report.ok = false;
    }
    // The next instance takes the counters over and starts with no memory but its own.
    if (instance !== undefined) lose(instance, "shutdown");
    return report;
  },

  async drainSpill(sink = anyConfiguration()?.spill) {
    const budgetMs = anyConfiguration()?.budgetMs ?? DEFAULT_BUDGET_MS;
    return spillEngine()?.drain(sink, budgetMs) ?? undrained();
  },

  stats() {
    giveUpUnanswered();
    const stats = insist(ledger) ?? finalStats() ?? emptyLedger();
    const { held, refused } = waitingCounts();
    stats.recorded += held + refused;
    stats.buffered += held;
    if (refused > 0)
      stats.dropped.queue_full = (stats.dropped.queue_full ?? 0) + refused;
    return stats;
  },

  getHttpUrl() {
    return configuration()?.base;
  },

  getProjectApiKey() {
    return configuration()?.key;
  },
});

setExporter(async (what) => {
  const inForce = anyConfiguration();
  const budgetMs = inForce?.budgetMs ?? DEFAULT_BUDGET_MS;
  const report = await flushBuffer(budgetMs, { ...what, awaited: false });
  try {
    inForce?.onReport?.(report);
  } catch (error) {
    warnOnce("onReport", `onReport failed: ${messageOf(error)}`);
  }
});
/** From here on everything passes through unrecorded. */
function standDown() {
  setConfiguration(undefined);
  lastOptions = undefined;
}

/** Called in every request: nothing happens unless an option has changed. */
function sameAsBefore(options) {
  if (lastOptions === undefined) return false;
  for (const key in options)
    if (!isSame(options[key], lastOptions[key])) return false;
  for (const key in lastOptions)
    if (lastOptions[key] !== undefined && !(key in options)) return false;
  return true;
}

/** Headers and metadata are often written out anew. */
function isSame(one, other) {
  if (one === other) return true;
  if (!isPlain(one) || !isPlain(other)) return false;
  return JSON.stringify(one) === JSON.stringify(other);
}

function isPlain(value) {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.values(value).every((each) => typeof each === "string")
  );
}
