// observe: a function call as a span. What the function returns or throws passes through.

import { runWithSpan, warnAboutStorage } from "../context/context.js";
import { optionOf, startFrom } from "../span/start.js";
import { shared } from "../host/shared.js";
import { noteCall } from "./shown-call.js";
import { staysItself, streamKind } from "../streams/streams.js";
import { followThenable } from "../streams/thenables.js";
import { shown } from "../values/surroundings.js";
import { isA, messageOf, toJson, toText } from "../values/value.js";

const ERROR = 2;
export const INCOMPLETE = "laminar.incomplete";

// Observed promises that have not settled: a root that starts meanwhile may be a child that could
// not find its parent.
const state = shared("observe", () => ({ unsettled: 0 }));

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
    span.setInput(toText(given === undefined ? inputOf(args) : given));
  }
  if (state.unsettled > 0 && span.path.depth === 1) warnAboutStorage();
  let result;
  try {
    result = runWithSpan(span, () => action(...args));
  } catch (error) {
    fail(span, error);
    span.end();
    throw error;
  }
  if (!isA(result, Promise)) return succeed(span, options, result, toText);
  state.unsettled++;
  // No closure here has a name: bundlers that keep names would pay for each.
  const { constructor } = result;
  const followed = result.then(
    (value) => {
      state.unsettled--;
      // JSON, also of strings, so that Laminar does not take "1" for a number.
      return succeed(span, options, value, toJson, constructor !== Promise);
    },
    (error) => {
      state.unsettled--;
      fail(span, error);
      span.end();
      throw error;
    },
  );
  if (constructor === Promise) return followed;
  // A promise with methods of its own must stay what it is; watching it makes it handled.
  followed.catch(() => {});
  return result;
}

/** A span of level OFF takes its children with it; without the SDK nothing happens at all. */
function runUnrecorded(span, action) {
  return span.level === undefined ? action() : runWithSpan(span, action);
}

/** An exception event is what Laminar reads; the status is for everyone else. */
export function fail(span, error) {
  span?.recordException(error);
  span?.setStatus({ code: ERROR, message: messageOf(error) });
}

/** Ends the span, or leaves that to a stream; gives back what the caller is to have. */
function succeed(span, options, value, toOutput, inPlace = false) {
  if (typeof value === "object" && value !== null) {
    const later =
      followStream(span, options, value, inPlace) ??
      followThenable(value, span, (result, failure) =>
        end(
          span,
          options,
          result === undefined ? undefined : toJson(result),
          failure,
        ),
      );
    if (later !== undefined) return later;
  }
  end(span, options, value === undefined ? undefined : toOutput(value));
  return value;
}

/** What to give the caller instead of a stream; undefined if it is none that can be followed. */
function followStream(span, options, value, inPlace) {
  try {
    const kind = streamKind(value);
    if (kind === undefined || (inPlace && !staysItself(kind))) return undefined;
    return kind(value, span, (output, incomplete, failure) => {
      if (incomplete) span.setAttribute(INCOMPLETE, true);
      end(span, options, toJson(output), failure);
    });
  } catch {
    return undefined;
  }
}

function end(span, options, output, failure) {
  if (output !== undefined && !optionOf(options, "ignoreOutput"))
    span.setOutput(output);
  if (failure !== undefined) fail(span, failure.error);
  span.end();
}

function inputOf(args) {
  if (args.length === 0) return {};
  const [only] = args;
  // null included, as in the official SDK.
  const alone =
    args.length === 1 && typeof only === "object" && !isA(only, Map);
  return alone ? (shown(only) ?? only) : args.map(argument);
}

function argument(given) {
  return isA(given, Map) ? [...given] : (shown(given) ?? given);
}
