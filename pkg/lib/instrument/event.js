// Runs one event: a span that lasts until the body of the response has ended, and one waitUntil for its
// delivery. This code must not throw, nor change what the host gets.

import { STATUS_ERROR } from "../values/otel.js";
import { sendLate } from "../record/background.js";
import { holdForRequest, runWithNewSpan } from "../context/context.js";
import { idsOf } from "../context/span-context.js";
import { Laminar } from "../observe/laminar.js";
import { fail } from "../observe/observe.js";
import { endShowing, showFirstCall } from "../observe/shown-call.js";
import { canSendLater, keepAlive } from "../host/send-later.js";
import { thenOfPlain } from "../streams/property.js";
import { followPromise } from "../streams/streams.js";
import { tailEngine } from "../options/tail-engine.js";
import { noteContext, noteEnvironment } from "../values/surroundings.js";
import { isA, messageOf } from "../values/value.js";
import { warnOnce } from "../host/warn.js";
import { openBlackBox } from "./black-box.js";
import { followBody } from "./body.js";
import { initializeFrom, nameOf, originOf } from "./settings.js";

/** @typedef {import("../span/span.js").Span} Span */
/** @typedef {import("../../index.js").Link} Link */
/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./kinds.js").HostEvent} HostEvent */
/** @typedef {import("../observe/observe.js").Failure} Failure */
/** @typedef {HostEvent & { span: Span, counts: boolean, release: () => void }} RunningEvent */

// Later versions of traceparent may be longer.
const TRACEPARENT_CHARACTERS = 55;

/**
 * Runs the handler in the span of an event. `describe` returns the event; see kinds.js.
 * @param {Settings} settings
 * @param {() => HostEvent | undefined} describe
 * @param {() => any} action
 */
export function runEvent(settings, describe, action) {
  const event = quietly(() => begin(settings, describe()));
  if (event === undefined) return action();
  let result;
  try {
    result = event.counts ? runWithNewSpan(event.span, action) : action();
  } catch (error) {
    finish(event, { error });
    throw error;
  }
  return (
    settle(event, result) ??
    whenAwaited(event, result) ??
    conclude(event, result)
  );
}

/** @param {Settings} settings @param {HostEvent | undefined} event */
function begin(settings, event) {
  if (event === undefined) return undefined;
  initializeFrom(settings, event.env);
  // The events of a Durable Object cannot be told apart, so they count as one request, but each has its own
  // size limit at a Tail Worker.
  if (event.isObject) tailEngine()?.renew();
  noteSurroundings(event);
  const { parent, stranger } = originOf(settings, event);
  const span = /** @type {Span} */ (
    Laminar.startSpan({
      name: nameOf(settings, event),
      parentSpanContext: parent,
    })
  );
  if (settings.inputOutput && span.recording) showFirstCall(span);
  span.kind = event.spanKind ?? 0;
  if (event.attributes !== undefined) span.setAttributes(event.attributes);
  if (stranger !== undefined) noteStranger(span, stranger);
  if (settings.blackBox) openBlackBox(span);
  // A level applies to children even if the span records nothing. A class must know that an event runs, even if
  // it is not recorded.
  const counts =
    span.recording || span.level !== undefined || event.isObject !== undefined;
  // A Durable Object handles many requests at a time and cannot tell them apart.
  const release = counts && !event.isObject ? holdForRequest(span) : nothing;
  // The event object was made for this call, so it may be changed.
  return Object.assign(event, { span, counts, release });
}

function nothing() {}

/**
 * Records a caller whose trace is not continued, so that users can find it in another system.
 * @param {Span} span
 * @param {string} traceparent
 */
function noteStranger(span, traceparent) {
  span.addLink({
    context: /** @type {Link["context"]} */ (idsOf(traceparent)),
  });
  const header = traceparent.trim().slice(0, TRACEPARENT_CHARACTERS);
  span.setAttribute("http.request.header.traceparent", [header]);
}

/**
 * Marks the environment and context of a Worker's handler, so that only their keys are recorded. Other servers
 * pass other values there.
 * @param {HostEvent} event
 */
function noteSurroundings({ env, holders }) {
  let served = false;
  for (const holder of holders) {
    if (!canWait(holder)) continue;
    noteContext(holder);
    served = true;
  }
  if (served && env !== undefined) noteEnvironment(env);
}

/** @param {RunningEvent} event @param {unknown} result */
function settle(event, result) {
  // Only a Response may be replaced, so other results are returned unchanged.
  const mayDiffer = event.request !== undefined;
  const later = thenOfPlain(
    result,
    (/** @type {unknown} */ value) => conclude(event, value),
    (/** @type {unknown} */ error) => {
      finish(event, { error });
      if (mayDiffer) throw error;
    },
  );
  return mayDiffer ? later : later && result;
}

/**
 * Watches a promise that has methods of its own, from the moment when the host awaits it.
 * @param {RunningEvent} event
 * @param {unknown} result
 */
function whenAwaited(event, result) {
  /** @param {any} value @param {boolean} [_] @param {Failure} [failure] */
  const ended = (value, _, failure) => {
    if (event.request !== undefined && isA(value, globalThis.Response))
      noteStatus(event.span, value.status);
    finish(event, failure);
  };
  return followPromise(result, event.span, ended, { own: true });
}

/**
 * Ends the event of a handler that has returned `value`. Returns the value for the host.
 * @param {RunningEvent} event
 * @param {any} value
 */
function conclude(event, value) {
  if (event.request === undefined || !isA(value, globalThis.Response)) {
    finish(event);
    return value;
  }
  const followed = quietly(() => {
    noteStatus(event.span, value.status);
    return followBody(
      value,
      /** @type {RunningEvent & { request: Request }} */ (event),
    );
  });
  if (followed === undefined) {
    finish(event);
    return value;
  }
  deliver(event, followed.ended);
  return followed.response;
}

/** @param {Span} span @param {number} status */
function noteStatus(span, status) {
  span.setAttribute("http.response.status_code", status);
  if (status < 500) return;
  span.setAttribute("error.type", String(status));
  span.setStatus({ code: STATUS_ERROR });
}

/** @param {RunningEvent} event @param {Failure} [failure] */
function finish(event, failure) {
  if (failure !== undefined) fail(event.span, failure.error);
  endShowing(event.span);
  deliver(event);
}

/**
 * Calls waitUntil with the event's flush, which never rejects.
 * @param {RunningEvent} event
 * @param {Promise<void>} [ended]
 */
function deliver(event, ended) {
  quietly(() => {
    const { holders, release } = event;
    // Without a configuration nothing was recorded.
    if (!Laminar.initialized()) return release();
    const waiting = holders.find((holder) => canWait(holder));
    // A server keeps running, so its spans are exported in batches, as in any other program.
    if (waiting === undefined && !canSendLater()) return release();
    const delivered =
      ended === undefined ? flush(event) : ended.then(() => flush(event));
    if (waiting === undefined) keepAlive(delivered);
    else waiting.waitUntil(delivered);
  });
}

/** @param {RunningEvent} event */
async function flush({ span, isObject, release }) {
  sendLate(span, isObject);
  await Laminar.flush();
  release();
}

/** @param {import("./kinds.js").Holder} holder */
function canWait(holder) {
  try {
    return typeof holder?.waitUntil === "function";
  } catch {
    return false;
  }
}

/**
 * @template T
 * @param {() => T} action
 * @returns {T | undefined}
 */
function quietly(action) {
  try {
    return action();
  } catch (error) {
    warnOnce(
      "event",
      `instrument could not follow an event: ${messageOf(error)}`,
    );
    return undefined;
  }
}
