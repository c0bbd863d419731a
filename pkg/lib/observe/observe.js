// observe: records a function call as a span. The function's result or exception passes through.

import { STATUS_ERROR } from "../values/otel.js";
import {
  runWithNewSpan,
  runWithSpan,
  warnAboutStorage,
} from "../context/context.js";
import { optionOf, startFrom } from "../span/start.js";
import { shared } from "../host/shared.js";
import { noteCall } from "./shown-call.js";
import { thenOfPlain } from "../streams/property.js";
import { followResult } from "../streams/streams.js";
import { shownAtOnce } from "../values/surroundings.js";
import { isA, messageOf, toJson, toText } from "../values/value.js";

/** @typedef {import("../span/span.js").Span} Span */
/** @typedef {import("../../index.js").ObserveOptions} ObserveOptions */
/** @typedef {(value: unknown) => string | undefined} ToOutput */
/** @typedef {{ error: unknown }} Failure */
/** @typedef {(output: unknown, incomplete?: boolean, failure?: Failure) => void} Finish */

export const INCOMPLETE = "laminar.incomplete";

// How many observed promises have not settled. A root that starts meanwhile may be a child that found no
// parent.
const state = shared("observe", () => ({ unsettled: 0 }));

/** @type {typeof import("../../index.js").observe} */
export function observe(options, action, ...args) {
  if (typeof action !== "function") {
    throw new TypeError("observe takes options and a function");
  }
  const own = optionOf(action, "name");
  const span = startFrom(options, own, undefined, "DEFAULT");
  if (!span.recording) return runUnrecorded(span, () => action(...args));
  noteCall(span);
  if (!optionOf(options, "ignoreInput")) {
    const given = optionOf(options, "input");
    span.setInput(given === undefined ? inputOf(args) : toText(given));
  }
  if (state.unsettled > 0 && span.path.depth === 1) warnAboutStorage();
  /** @type {any} */
  let result;
  try {
    result = runWithNewSpan(span, () => action(...args));
  } catch (error) {
    fail(span, error);
    span.end();
    throw error;
  }
  // The closures here have no names, because bundlers that keep names add code for each.
  /** @type {any} */
  const later = thenOfPlain(
    result,
    (/** @type {unknown} */ value) => {
      state.unsettled--;
      // Strings are recorded as JSON too, so that Laminar does not read "1" as a number.
      return succeed(span, options, value, toJson);
    },
    (/** @type {unknown} */ error) => {
      state.unsettled--;
      fail(span, error);
      span.end();
      throw error;
    },
  );
  if (later === undefined) return succeed(span, options, result, toText);
  state.unsettled++;
  return later;
}

/**
 * Runs the function below a span of level OFF, so that its children are not recorded either. Without a
 * configuration it only calls the function.
 * @template T
 * @param {Span} span
 * @param {() => T} action
 * @returns {T}
 */
function runUnrecorded(span, action) {
  return span.level === undefined ? action() : runWithSpan(span, action);
}

/**
 * Marks a span as failed: by an exception event for Laminar, and by the status for other receivers.
 * @param {Span | undefined} span
 * @param {unknown} error
 */
export function fail(span, error) {
  span?.recordException?.(error);
  span?.setStatus?.({ code: STATUS_ERROR, message: messageOf(error) });
}

/**
 * Ends the span at once, or when an asynchronous result has ended. Returns the result for the caller.
 * @param {Span} span
 * @param {ObserveOptions} options
 * @param {unknown} value
 * @param {ToOutput} toOutput
 * @returns {any}
 */
function succeed(span, options, value, toOutput) {
  const followed = followResult(
    value,
    span,
    /** @type {Finish} */
    (output, incomplete, failure) => {
      if (incomplete) span.setAttribute(INCOMPLETE, true);
      end(span, options, output, toJson, failure);
    },
    // META_ONLY, the one level that records, leaves outputs out.
    { silent: optionOf(options, "ignoreOutput") || span.level !== undefined },
  );
  if (followed !== undefined) return followed;
  end(span, options, value, toOutput);
  return value;
}

/**
 * @param {Span} span
 * @param {ObserveOptions} options
 * @param {unknown} output
 * @param {ToOutput} toOutput
 * @param {Failure} [failure]
 */
function end(span, options, output, toOutput, failure) {
  if (isShown(output) && !optionOf(options, "ignoreOutput"))
    span.setOutput(toOutput(output));
  if (failure !== undefined) fail(span, failure.error);
  span.end();
}

/** Returns whether a value can be shown: JSON writes promises and streams as {}. @param {unknown} value */
function isShown(value) {
  return (
    value !== undefined &&
    !isA(value, Promise) &&
    !isA(value, globalThis.ReadableStream)
  );
}

/** @param {unknown[]} args */
function inputOf(args) {
  // An empty object is written here, because its JSON would be searched for a platform's objects.
  if (args.length === 0) return "{}";
  const [only] = args;
  // null is recorded too, as in the official SDK.
  const alone =
    args.length === 1 && typeof only === "object" && !isA(only, Map);
  return toText(alone ? (shownAtOnce(only) ?? only) : args.map(argument));
}

/** @param {any} given */
function argument(given) {
  if (typeof given === "string" || typeof given === "number") return given;
  // As JSON has it, but without asking the function for its toJSON; see toJson.
  if (typeof given === "function") return null;
  return isA(given, Map) ? [...given] : (shownAtOnce(given) ?? given);
}
