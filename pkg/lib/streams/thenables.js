// Results that only look like promises: query builders that start when they are awaited. Calling
// `then` for our own sake would start them, so we wait for the caller's first call.

import { runWithSpan } from "../context/context.js";

/** The thenable itself, watched; undefined if `value` is none. `settle` then ends the span. */
export function followThenable(value, span, settle) {
  try {
    if (typeof value !== "object" || value === null) return undefined;
    const { then } = value;
    if (typeof then !== "function" || !Object.isExtensible(value))
      return undefined;
    let watching = true;
    Object.defineProperty(value, "then", {
      configurable: true,
      writable: true,
      value(fulfilled, rejected) {
        if (!watching) return then.call(this, fulfilled, rejected);
        watching = false;
        return runWithSpan(span, () =>
          then.call(
            this,
            (result) => {
              settle(result);
              return pass(fulfilled, result);
            },
            (error) => {
              settle(undefined, { error });
              if (typeof rejected !== "function") throw error;
              return rejected(error);
            },
          ),
        );
      },
    });
    return value;
  } catch {
    return undefined;
  }
}

function pass(fulfilled, result) {
  return typeof fulfilled === "function" ? fulfilled(result) : result;
}
