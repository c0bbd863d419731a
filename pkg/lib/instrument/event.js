// One event: a span around what the handler does, until the body of its response has ended, and one
// waitUntil for its delivery. Nothing here may change what the host gets, or throw.

import { sendLate } from "../record/background.js";
import { holdForRequest, runWithNewSpan } from "../context/context.js";
import { idsOf } from "../context/span-context.js";
import { Laminar } from "../observe/laminar.js";
import { fail } from "../observe/observe.js";
import { endShowing, showFirstCall } from "../observe/shown-call.js";
import { canSendLater, keepAlive } from "../host/send-later.js";
import { thenOfPlain } from "../streams/property.js";
import { followPromise } from "../streams/streams.js";
import { noteContext, noteEnvironment } from "../values/surroundings.js";
import { isA, messageOf } from "../values/value.js";
import { warnOnce } from "../host/warn.js";
import { followBody } from "./body.js";
import { initializeFrom, nameOf, originOf } from "./settings.js";

/** @typedef {import("../span/span.js").Span} Span */
/** @typedef {import("../../index.js").Link} Link */
/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./kinds.js").HostEvent} HostEvent */
/** @typedef {import("../observe/observe.js").Failure} Failure */
/** @typedef {HostEvent & { span: Span, counts: boolean, release: () => void }} RunningEvent */

const ERROR = 2;
// A version to come may have more to say.
const TRACEPARENT_CHARACTERS = 55;

/**
 * `describe` says what happens here; see kinds.js.
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
  // A level counts, be it one that records nothing. A class has to know that an event runs, recorded or
  // not.
  const counts =
    span.recording || span.level !== undefined || event.isObject !== undefined;
  // A Durable Object lives through many requests at a time and cannot tell them apart.
  const release = counts && !event.isObject ? holdForRequest(span) : nothing;
  // It was made for this call.
  return Object.assign(event, { span, counts, release });
}

function nothing() {}

/**
 * Records a caller whose trace is not this one, so that it can be looked up elsewhere.
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
 * Has what a Worker's handler got recorded by its keys only; other servers give other things there.
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
  // Only a Response may have to be another one.
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
 * A promise with a life of its own is watched from the moment when the host takes it.
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
 * The handler has given `value`; gives back what the host is to have.
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
  span.setStatus({ code: ERROR });
}

/** @param {RunningEvent} event @param {Failure} [failure] */
function finish(event, failure) {
  if (failure !== undefined) fail(event.span, failure.error);
  endShowing(event.span);
  deliver(event);
}

/**
 * The one waitUntil: what it waits for never rejects.
 * @param {RunningEvent} event
 * @param {Promise<void>} [ended]
 */
function deliver(event, ended) {
  quietly(() => {
    const { holders, release } = event;
    // Nothing was recorded, and nothing can be sent.
    if (!Laminar.initialized()) return release();
    const waiting = holders.find((holder) => canWait(holder));
    // A server lives on: its spans leave in batches, as those of any other program.
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
