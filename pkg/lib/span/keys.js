// Attribute keys to which a span applies special rules.

// Laminar's keys and those of the LLM conventions do not count against the limit of attributes.
export const EXEMPT = /^(?:lmnr\.|gen_ai\.|ai\.|llm\.)/;
// Attributes that the SDK writes on every span. With two values for one key, each receiver would choose its
// own.
export const WRITTEN = new Set([
  "lmnr.span.path",
  "lmnr.span.ids_path",
  "lmnr.span.instrumentation_source",
  "lmnr.span.sdk_version",
  "lmnr.span.language_version",
]);
/** Marks a span that was cut because the Worker's CPU time ran out. */
export const CPU_EXHAUSTED = "laminar.cpu_exhausted";
const LAMINAR = "lmnr.";

/** Returns whether a key is one of Laminar's own. */
export function isLaminars(/** @type {string} */ key) {
  return key.charCodeAt(0) === 108 && key.startsWith(LAMINAR);
}

/** Counts the keys to which the limit applies. */
export function countOthers(/** @type {any[]} */ pairs) {
  let others = 0;
  for (let i = 0; i < pairs.length; i += 2)
    if (!EXEMPT.test(pairs[i])) others++;
  return others;
}
