// Records the spans of events that began and never ended, because the isolate or the request was killed.

import { CPU_EXHAUSTED } from "../span/keys.js";
import { parseSpanContext } from "../context/span-context.js";
import { fail, INCOMPLETE } from "../observe/observe.js";
import { Laminar } from "../observe/laminar.js";

/** @typedef {import("../span/span.js").Span} Span */
/** @typedef {import("./messages.js").Message} Message */
/** @typedef {import("./messages.js").StartMessage} StartMessage */
/**
 * What the runtime reports of an invocation that has ended.
 * @typedef {object} Invocation
 * @property {Message[]} messages
 * @property {string} outcome
 * @property {number | undefined} cpuTime Milliseconds.
 * @property {number | undefined} wallTime Milliseconds.
 * @property {{ name?: string, message?: string, stack?: string }[]} exceptions
 * @property {boolean} truncated Whether messages may be missing.
 * @property {number} lastAt The last known time of it, in milliseconds since 1970.
 */

// Outcomes of invocations that the runtime has stopped.
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
 * Records the span of each event without an end; returns how many.
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
  // The end may be among the missing messages; only a kill shows that there was none.
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
  // Its children from the killed isolate have these ids as their parent's.
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
  if (cpuIsShort) span.put(CPU_EXHAUSTED, true);
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
 * Returns the span's own ids, its parent, and the properties of its trace.
 * @param {StartMessage} start
 */
function placeOf({ id, context }) {
  const known = readJson(context);
  // A context that was too large was left out, and only the ids are known.
  const parsed = parseSpanContext(context ? known : `00-${id}-01`);
  if (parsed === undefined) return undefined;
  const { userId, sessionId, metadata } = known;
  const association = { userId, sessionId, metadata };
  const names = known.spanPath;
  const ids = known.spanIdsPath;
  // Without a parent the Span begins a new trace; its ids are replaced in any case.
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
