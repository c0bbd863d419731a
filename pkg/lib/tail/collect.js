// The Tail Worker's side: records spans for killed events, and sends the published batches.

import { callCore } from "../core/instance.js";
import { initializeFrom } from "../instrument/settings.js";
import { Laminar } from "../observe/laminar.js";
import { anyConfiguration, configuration } from "../options/configuration.js";
import { messageOf } from "../values/value.js";
import { warnOnce } from "../host/warn.js";
import { messagesOf } from "./messages.js";
import { receive } from "./receive.js";
import { makeRoots } from "./roots.js";

// Invocations end one by one. The spans of those that end within this time are sent in one request.
const LINGER_MS = 250;
// More spans than the bytes of a request can hold, so only its bytes limit a request.
const MAX_SPANS = 16_384;

/** @typedef {import("../../tail.js").CollectOptions} CollectOptions */
/** @typedef {import("../../tail.js").TailReport} TailReport */
/** @typedef {{ waitUntil(promise: Promise<unknown>): void }} Context */

/**
 * The `tail` handler of a Tail Worker; see tail.d.ts. Never rejects.
 * @param {any} events
 * @param {any} [env]
 * @param {Context} [ctx]
 * @param {CollectOptions} [options]
 */
export function collectTail(events, env, ctx, options) {
  const report = emptyTailReport();
  begin(env, options);
  for (const item of Array.isArray(events) ? events : []) {
    report.invocations++;
    guarded(() => collectItem(item, options?.projects ?? {}, report));
  }
  return deliver(report, ctx);
}

/** @param {any} env @param {CollectOptions | undefined} options */
export function begin(env, options) {
  initializeFrom({ initialize: options?.initialize }, env);
  const core = configuration()?.core;
  if (core === undefined || core.maxExportBatchSize !== undefined) return;
  core.maxExportBatchSize = MAX_SPANS;
  callCore((exports, instance, glue) =>
    glue.configure(/** @type {any} */ (core)),
  );
}

/** @returns {TailReport} */
export function emptyTailReport() {
  return {
    invocations: 0,
    truncated: 0,
    received: 0,
    made: 0,
    unreadable: 0,
    unmatched: 0,
    flush: undefined,
  };
}

/**
 * @param {any} item
 * @param {Record<string, string>} projects
 * @param {TailReport} report
 */
function collectItem(item, projects, report) {
  const messages = messagesOf(item);
  for (const message of messages) receive(message, projects, report);
  const { outcome, cpuTime, wallTime, exceptions, truncated } = item;
  if (truncated === true) report.truncated++;
  report.made += makeRoots({
    messages,
    outcome: String(outcome),
    cpuTime,
    wallTime,
    exceptions: Array.isArray(exceptions) ? exceptions : [],
    truncated: truncated === true,
    lastAt: lastMoment(item),
  });
}

/** @param {any} item */
function lastMoment({ diagnosticsChannelEvents, logs, exceptions }) {
  const times = [diagnosticsChannelEvents, logs, exceptions]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .map((each) => Number(each?.timestamp))
    .filter((time) => Number.isFinite(time));
  return times.reduce((last, time) => Math.max(last, time), 0);
}

/**
 * Sends the spans that have arrived, with those that arrive shortly after. Never rejects.
 * @param {TailReport} report
 * @param {Context | undefined} ctx
 */
export function deliver(report, ctx) {
  const delivered = (async () => {
    if (report.received + report.made === 0) return report;
    await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
    const flush = await Laminar.flush();
    report.flush = flush;
    guarded(() => anyConfiguration()?.onReport?.(flush));
    return report;
  })();
  guarded(() => ctx?.waitUntil(delivered));
  return delivered;
}

/** @param {() => void} action */
export function guarded(action) {
  try {
    action();
  } catch (error) {
    warnOnce("tail", `collectTail left something out: ${messageOf(error)}`);
  }
}
