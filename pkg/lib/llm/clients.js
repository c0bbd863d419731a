// Clients of providers: the function by which they send is replaced in place, and nothing else is changed.

import { warnOnce } from "../host/warn.js";
import { isTraced, trace } from "./fetch.js";

/** @typedef {import("../../llm.js").LLMOptions} LLMOptions */

/**
 * Replaces `client.fetch`, which the clients of OpenAI, Anthropic and similar ones have; returns the client.
 * @template T
 * @param {T} client
 * @param {LLMOptions} [options]
 * @returns {T}
 */
export function wrapClient(client, options) {
  return replace(client, client, "fetch", options);
}

/**
 * Replaces `client.apiClient.apiCall`, through which `@google/genai` sends everything; returns the client.
 * @template T
 * @param {T} client
 * @param {LLMOptions} [options]
 * @returns {T}
 */
export function wrapGoogleGenAI(client, options) {
  return replace(
    client,
    /** @type {any} */ (client)?.apiClient,
    "apiCall",
    options,
  );
}

/**
 * @template T
 * @param {T} client
 * @param {any} holder
 * @param {string} key
 * @param {LLMOptions | undefined} options
 * @returns {T}
 */
function replace(client, holder, key, options) {
  try {
    const original = holder[key];
    if (typeof original !== "function") throw new TypeError();
    if (isTraced(original) && options === undefined) return client;
    holder[key] = trace(original, options);
  } catch {
    warnOnce(
      `llm wrap ${key}`,
      `a client has no ${key} that could be replaced, so its calls are not traced: give it Laminar.fetch instead`,
    );
  }
  return client;
}
