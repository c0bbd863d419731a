// withTracingLevel: runs a callback with a stricter tracing level.

import { runWithLevel } from "./context.js";

/** @type {typeof import("../../index.js").withTracingLevel} */
export function withTracingLevel(level, action, ...args) {
  return runWithLevel(level, () => action(...args));
}
