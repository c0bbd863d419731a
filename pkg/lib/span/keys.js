// Keys of attributes that a span treats in their own way.

// Laminar's own and the LLM conventions' keys are never crowded out by others.
export const EXEMPT = /^(?:lmnr\.|gen_ai\.|ai\.|llm\.)/;
// What every span has already: given twice, each receiver would choose one as it likes.
export const WRITTEN = new Set([
  "lmnr.span.path",
  "lmnr.span.ids_path",
  "lmnr.span.instrumentation_source",
  "lmnr.span.sdk_version",
  "lmnr.span.language_version",
]);
const LAMINAR = "lmnr.";

/** Returns whether a key is one of Laminar's own. */
export function isLaminars(/** @type {string} */ key) {
  return key.charCodeAt(0) === 108 && key.startsWith(LAMINAR);
}

/** Counts the keys that may be crowded out. */
export function countOthers(/** @type {any[]} */ pairs) {
  let others = 0;
  for (let i = 0; i < pairs.length; i += 2)
    if (!EXEMPT.test(pairs[i])) others++;
  return others;
}
