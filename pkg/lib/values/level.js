// Tracing levels. They protect privacy, so they are applied here and not by the server. OFF records nothing;
// META_ONLY records everything but content.

export const TracingLevel = Object.freeze({
  OFF: "off",
  META_ONLY: "meta_only",
  ALL: "all",
});

/** @typedef {import("../../index.js").TracingLevel} Level */

/** @type {Record<any, number | undefined>} */
const STRICTNESS = { all: 0, meta_only: 1, off: 2 };

// All keys under which the server looks for input, output or messages.
const CONTENT = new RegExp(
  [
    "^lmnr\\.span\\.(?:input|output)$",
    "^gen_ai\\.(?:prompt|completion)(?:\\.|$)",
    "^gen_ai\\.(?:input|output)\\.messages$",
    "^gen_ai\\.system_instructions$",
    "^gen_ai\\.tool\\.call\\.(?:arguments|result)$",
    "^ai\\.(?:prompt|response\\.(?:text|object|toolCalls|reasoning|providerMetadata)|toolCall\\.(?:args|result)|values?$|embeddings?$|documents|ranking|query)",
    "^llm\\.(?:prompts|completions|openai\\.|anthropic\\.)",
    "^traceloop\\.entity\\.(?:input|output)$",
    "^input\\.value$|^output\\.value$",
  ].join("|"),
);

/**
 * Returns whether this attribute holds content: input, output or messages.
 * @param {string} key
 */
export function isContent(key) {
  return CONTENT.test(key);
}

/**
 * Returns the stricter of two levels; undefined means ALL.
 * @param {Level | undefined} one
 * @param {Level | undefined} other
 */
export function stricter(one, other) {
  return (STRICTNESS[/** @type {Level} */ (other)] ?? 0) >
    (STRICTNESS[/** @type {Level} */ (one)] ?? 0)
    ? other
    : one;
}
