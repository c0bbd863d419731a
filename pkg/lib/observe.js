// observe: a function call as a span. What the function returns or throws passes through.

import { runWithSpan, warnAboutStorage } from "./context.js";
import { optionOf, startFrom } from "./start.js";
import { follow } from "./streams.js";
import { followThenable } from "./thenables.js";
import { isA, messageOf, toJson, toText } from "./value.js";

const ERROR = 2;
export const INCOMPLETE = "laminar.incomplete";

// Observed promises that have not settled: a root that starts meanwhile may be a child that could
// not find its parent.
let unsettled = 0;

export function observe(options, action, ...args) {
  if (typeof action !== "function") {
    throw new TypeError("observe takes options and a function");
  }
  const own = optionOf(action, "name");
  const span = startFrom(options, own, undefined, "DEFAULT");
  if (!span.recording) return runUnrecorded(span, () => action(...args));
  if (!optionOf(options, "ignoreInput")) {
    const given = optionOf(options, "input");
    span.setInput(toText(given === undefined ? inputOf(args) : given));
  }
  if (unsettled > 0 && span.path.depth === 1) warnAboutStorage();
  let result;
  try {
    result = runWithSpan(span, () => action(...args));
  } catch (error) {
    fail(span, error);
    span.end();
    throw error;
  }
  if (!isA(result, Promise)) return succeed(span, options, result, toText);
  unsettled++;
  const done = (value) => {
    unsettled--;
    // JSON, also of strings, so that Laminar does not take "1" for a number.
    return succeed(
      span,
      options,
      value,
      toJson,
      result.constructor !== Promise,
    );
  };
  const failed = (error) => {
    unsettled--;
    fail(span, error);
    span.end();
    throw error;
  };
  if (result.constructor === Promise) return result.then(done, failed);
  // A promise with methods of its own must stay what it is; watching it makes it handled.
  result.then(done, failed).catch(() => {});
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
  const record = (output) => {
    if (!optionOf(options, "ignoreOutput") && output !== undefined)
      span.setOutput(output);
  };
  const end = (output, failure) => {
    record(output);
    if (failure !== undefined) fail(span, failure.error);
    span.end();
  };
  const streamed = follow(
    value,
    span,
    inPlace,
    (output, incomplete, failure) => {
      if (incomplete) span.setAttribute(INCOMPLETE, true);
      end(toJson(output), failure);
    },
  );
  if (streamed !== undefined) return streamed;
  const awaited = followThenable(value, span, (result, failure) =>
    end(result === undefined ? undefined : toJson(result), failure),
  );
  if (awaited !== undefined) return awaited;
  // A Response that is not followed has no body to show, and JSON would call it {}.
  if (value !== undefined && !isA(value, globalThis.Response))
    record(toOutput(value));
  span.end();
  return value;
}

function inputOf(args) {
  if (args.length === 0) return {};
  const [only] = args;
  // null included, as in the official SDK.
  const alone =
    args.length === 1 && typeof only === "object" && !isA(only, Map);
  return alone ? only : args.map((each) => (isA(each, Map) ? [...each] : each));
}
