// withTracingLevel: a callback of which less is recorded.

import { runWithLevel } from "./context.js";

/** @type {typeof import("../../index.js").withTracingLevel} */
export function withTracingLevel(level, action, ...args) {
  return runWithLevel(level, () => action(...args));
}
