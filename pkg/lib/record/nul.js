// U+0000 where Laminar's server cannot have it: in what it makes the rows of traces of. One span with it
// costs everybody in the server's batch their rows. Inputs, outputs and other attributes may have it.

import { withoutNul } from "../values/surrogates.js";

// Session, user, tags and metadata, the names that the server has for these besides, and what it names
// spans after.
const KEYS =
  /^(?:lmnr\.association\.properties|ai\.telemetry\.metadata)\.|^gen_ai\.(?:agent|tool)\.name$/;

const ESCAPED = "\\u0000";

/** @import { Path } from "../context/span-context.js" */
/** @import { Pairs } from "./pairs.js" */

/** Returns whether it is worth looking: the joined text of a span has it, or its escape. */
export function mayHaveNul(/** @type {string} */ text) {
  return text.includes("\0") || text.includes(ESCAPED);
}

/**
 * Puts U+FFFD in its place. Both are equally long, written as escapes in JSON too.
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

/** Replaces the escape, too: the server takes text that is a string in JSON for what that string says. */
function unescaped(/** @type {unknown} */ value) {
  const text = withoutNul(value);
  return typeof text === "string" ? text.replaceAll(ESCAPED, "\\ufffd") : text;
}
