// The spans of events that began and never ended: their isolate was killed, or their request was.

import { parseSpanContext } from "../context/span-context.js";
import { fail, INCOMPLETE } from "../observe/observe.js";
import { Laminar } from "../observe/laminar.js";

/** @typedef {import("../span/span.js").Span} Span */
/** @typedef {import("./messages.js").Message} Message */
/** @typedef {import("./messages.js").StartMessage} StartMessage */
/**
 * What the runtime tells of an invocation that is over.
 * @typedef {object} Invocation
 * @property {Message[]} messages
 * @property {string} outcome
 * @property {number | undefined} cpuTime Milliseconds.
 * @property {number | undefined} wallTime Milliseconds.
 * @property {{ name?: string, message?: string, stack?: string }[]} exceptions
 * @property {boolean} truncated Whether messages may be missing.
 * @property {number} lastAt The last moment that is known of it, in milliseconds since 1970.
 */

// Outcomes of invocations that the runtime has ended in the middle of their work.
const KILLED = new Map([
  ["exceededCpu", "the request used up its CPU time"],
  ["exceededMemory", "the isolate used up its memory"],
  ["exceededWallTime", "the request took too long"],
  ["killSwitch", "the Worker was stopped"],
  ["loadShed", "the machine had too much to do"],
  ["internalError", "the runtime failed"],
  ["daemonDown", "the runtime went away"],
]);
const CANCELED = "the client went away, or the request was cancelled";

/**
 * Makes the span of each event that has no end; returns how many.
 * @param {Invocation} invocation
 */
export function makeRoots(invocation) {
  const { messages, outcome, truncated } = invocation;
  const ended = new Set();
  const short = new Set();
  for (const message of messages) {
    if (message.type === "end") ended.add(message.id);
    if (message.type === "cpu") short.add(message.id);
  }
  // The end may be among the messages that are missing: only a kill makes sure that there was none.
  if (truncated && !KILLED.has(outcome)) return 0;
  let made = 0;
  for (const message of messages) {
    if (message.type !== "start" || ended.has(message.id)) continue;
    ended.add(message.id);
    if (makeRoot(message, invocation, short.has(message.id))) made++;
  }
  return made;
}

/**
 * @param {StartMessage} start
 * @param {Invocation} invocation
 * @param {boolean} cpuIsShort
 */
function makeRoot(start, invocation, cpuIsShort) {
  const { outcome, exceptions, cpuTime, wallTime, lastAt } = invocation;
  const own = placeOf(start);
  if (own === undefined) return false;
  const { parsed, parent, association } = own;
  const span = /** @type {Span} */ (
    Laminar.startSpan({
      name: start.name,
      startTime: new Date(start.start),
      parentSpanContext: parent,
      ...association,
    })
  );
  if (!span.recording) return false;
  // The ids that its children in the killed isolate know it by.
  span.trace = parsed.trace;
  span.path.high = parsed.path.high;
  span.path.low = parsed.path.low;
  span.kind = start.kind;
  span.remoteParent = start.remote;
  span.setAttributes(readJson(start.attributes));
  span.setAttributes({
    "cloudflare.outcome": outcome,
    cpu_time_ms: cpuTime,
    wall_time_ms: wallTime,
  });
  if (cpuIsShort) span.put("laminar.cpu_exhausted", true);
  span.put(INCOMPLETE, true);
  fail(span, exceptions[0] ?? exceptionOf(outcome));
  span.end(new Date(Math.max(lastAt, start.start + (wallTime ?? 0))));
  return true;
}

/** @param {string} outcome */
function exceptionOf(outcome) {
  const message =
    KILLED.get(outcome) ??
    (outcome === "canceled" || outcome === "responseStreamDisconnected"
      ? CANCELED
      : `the request ended without its event: ${outcome}`);
  return { name: outcome, message };
}

/**
 * Returns where the span stood: its own ids, the parent that it had, and what it said of its trace.
 * @param {StartMessage} start
 */
function placeOf({ id, context }) {
  const known = readJson(context);
  // A context that was too large was left out: then only the ids are known.
  const parsed = parseSpanContext(context ? known : `00-${id}-01`);
  if (parsed === undefined) return undefined;
  const { userId, sessionId, metadata } = known;
  const association = { userId, sessionId, metadata };
  const names = known.spanPath;
  const ids = known.spanIdsPath;
  // The Span begins a trace of its own where it has no parent; its ids are replaced all the same.
  if (parsed.path.outer === undefined)
    return { parsed, association, parent: undefined };
  const parent = {
    ...known,
    spanId: ids.at(-2),
    spanPath: names.slice(0, -1),
    spanIdsPath: ids.slice(0, -1),
  };
  return { parsed, association, parent };
}

/** @param {string | undefined} text @returns {any} */
function readJson(text) {
  try {
    return Object(JSON.parse(text ?? "{}"));
  } catch {
    return {};
  }
}
