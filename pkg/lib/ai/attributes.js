// Converts the AI SDK's events to the attributes that Laminar reads.

import { base64 } from "../host/base64.js";
import { LaminarAttributes } from "../values/attributes.js";
import { toJson, toText } from "../values/value.js";

const { INPUT_TOKEN_COUNT, OUTPUT_TOKEN_COUNT, TOTAL_TOKEN_COUNT } =
  LaminarAttributes;

export const INPUT_MESSAGES = "gen_ai.input.messages";
export const OUTPUT_MESSAGES = "gen_ai.output.messages";
export const TOOL_DEFINITIONS = "gen_ai.tool.definitions";

/**
 * Returns the attributes of every span that tell which integration made it.
 *
 * @param {{ aiVersion?: string }} event
 */
export function scopeOf({ aiVersion }) {
  return {
    "lmnr.span.instrumentation_scope.name": "ai",
    "lmnr.span.instrumentation_scope.version": aiVersion,
  };
}

/**
 * Returns the attributes of the model that is asked.
 *
 * @param {{ provider?: string, modelId?: string }} event
 */
export function modelOf({ provider, modelId }) {
  return {
    [LaminarAttributes.PROVIDER]: providerOf(provider),
    [LaminarAttributes.REQUEST_MODEL]: modelId,
    "ai.model.provider": provider,
    "ai.model.id": modelId,
  };
}

/**
 * Returns the attributes of the model that answered, and why it stopped.
 *
 * @param {{ provider?: string, modelId?: string, id?: string, finishReason?: string }} response
 */
export function responseOf({ provider, modelId, id, finishReason }) {
  return {
    [LaminarAttributes.PROVIDER]: providerOf(provider),
    [LaminarAttributes.RESPONSE_MODEL]: modelId,
    "gen_ai.response.id": id,
    ...finishOf({ finishReason }),
  };
}

/** @param {{ finishReason?: string }} event */
export function finishOf({ finishReason }) {
  return {
    "gen_ai.response.finish_reason": finishReason,
    "ai.response.finishReason": finishReason,
  };
}

/**
 * Returns the token counts. Laminar sums them over all spans of a trace, so only the span of the model call has
 * them. An embedding counts `tokens`, which are its input.
 *
 * @param {any} usage
 */
export function usageOf(usage) {
  if (typeof usage !== "object" || usage === null) return {};
  const { inputTokens, outputTokens, totalTokens, tokens } = usage;
  const { inputTokenDetails, outputTokenDetails } = usage;
  /** @type {Record<string, number | undefined>} */
  const counts = {
    [INPUT_TOKEN_COUNT]: inputTokens ?? tokens,
    [OUTPUT_TOKEN_COUNT]: outputTokens,
    [TOTAL_TOKEN_COUNT]: totalTokens ?? tokens,
    "gen_ai.usage.reasoning_tokens": outputTokenDetails?.reasoningTokens,
    "gen_ai.usage.cache_read_input_tokens": inputTokenDetails?.cacheReadTokens,
    "gen_ai.usage.cache_creation_input_tokens":
      inputTokenDetails?.cacheWriteTokens,
  };
  // A provider that does not count may report NaN, which must not be summed.
  for (const key of Object.keys(counts))
    if (!Number.isFinite(counts[key])) delete counts[key];
  return counts;
}

/**
 * Returns the input of an operation: messages, a value to embed, documents to rank, a text to speak.
 *
 * @param {any} event
 */
export function inputOf(event) {
  const { instructions, system, messages, value, query, documents } = event;
  const list = [instructions ?? system ?? []].flat().map(asMessage);
  if (Array.isArray(messages)) list.push(...messages);
  else if (event.prompt !== undefined)
    list.push(...[event.prompt].flat().map(asUserMessage));
  if (list.length > 0) return withBytes(list);
  if (value !== undefined) return toText(value);
  if (query !== undefined) return toJson({ query, documents });
  return typeof event.text === "string" ? event.text : undefined;
}

/** @param {unknown} content */
const asMessage = (content) =>
  typeof content === "string" ? { role: "system", content } : content;
/** @param {unknown} content */
const asUserMessage = (content) =>
  typeof content === "string" ? { role: "user", content } : content;

/**
 * Returns content parts as one message; undefined if there are none.
 *
 * @param {unknown} content
 */
export function answerOf(content) {
  if (!Array.isArray(content) || content.length === 0) return undefined;
  return withBytes([{ role: "assistant", content }]);
}

/**
 * Returns JSON in which bytes are base64, and not one number each.
 *
 * @param {unknown} value
 * @returns {string | undefined}
 */
export function withBytes(value) {
  try {
    return JSON.stringify(value, function (key, item) {
      // A Buffer's own toJSON has run before, so it is an object here.
      const original = this[key];
      return original instanceof Uint8Array ? base64(original) : item;
    });
  } catch {
    return toJson(value);
  }
}

/**
 * Returns the provider's name without its API: Laminar's prices use the part before the dot of "openai.chat".
 *
 * @param {unknown} provider
 */
function providerOf(provider) {
  if (typeof provider !== "string") return undefined;
  return provider.split(".", 1)[0].trim().toLowerCase() || undefined;
}
