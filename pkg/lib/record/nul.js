// Replaces U+0000 in the values from which Laminar's server makes the rows of traces. One span with it makes
// the server lose the rows of its whole batch. Inputs, outputs and other attributes may have it.

import { withoutNul } from "../values/surrogates.js";

// Session, user, tags and metadata, the other names that the server accepts for these, and the attributes from
// which it names spans.
const KEYS =
  /^(?:lmnr\.association\.properties|ai\.telemetry\.metadata)\.|^gen_ai\.(?:agent|tool)\.name$/;

const ESCAPED = "\\u0000";

/** @import { Path } from "../context/span-context.js" */
/** @import { Pairs } from "./pairs.js" */

/** Returns whether a span may have U+0000: its joined text has the character or its escape. */
export function mayHaveNul(/** @type {string} */ text) {
  return text.includes("\0") || text.includes(ESCAPED);
}

/**
 * Replaces U+0000 by U+FFFD, which has the same length, also as an escape in JSON.
 * @param {{ name: string, path: Path | undefined, pairs: Pairs }} span
 */
export function replaceNul(span) {
  const { path, pairs } = span;
  span.name = withoutNul(span.name);
  for (let entry = path; entry !== undefined; entry = entry.outer)
    entry.name = withoutNul(entry.name);
  for (let i = 0; i < pairs.length; i += 2) {
    if (!KEYS.test(pairs[i])) continue;
    pairs[i] = withoutNul(pairs[i]);
    const value = pairs[i + 1];
    pairs[i + 1] = Array.isArray(value)
      ? value.map(unescaped)
      : unescaped(value);
  }
}

/** Replaces the escape too, because the server decodes text that is a JSON string. */
function unescaped(/** @type {unknown} */ value) {
  const text = withoutNul(value);
  return typeof text === "string" ? text.replaceAll(ESCAPED, "\\ufffd") : text;
}
