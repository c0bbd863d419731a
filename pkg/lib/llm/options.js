// The options of a wrapper, and those that hold for the calls of one callback.

import { anotherStorage, runScoped } from "../context/context.js";
import { shared } from "../host/shared.js";
import { warnOnce } from "../host/warn.js";

/** @typedef {import("../../llm.js").LLMOptions} Given */
/** @typedef {import("../../llm.js").LLMCallOptions} CallOptions */
/** @typedef {ReturnType<typeof readOptions>} Options */

const DEFAULT_MEDIA_LIMIT_BYTES = 64 << 10;

/**
 * @type {{
 *   storage: import("node:async_hooks").AsyncLocalStorage<CallOptions> | undefined,
 *   synchronous: CallOptions | undefined,
 * }}
 */
const state = shared("llm options", () => ({
  storage: undefined,
  synchronous: undefined,
}));

/**
 * Reads the options of a wrapper. An invalid one is ignored, with one warning.
 * @param {Given} [given]
 */
export function readOptions(given) {
  const {
    // The older name.
    mediaLimit = DEFAULT_MEDIA_LIMIT_BYTES,
    mediaLimitBytes = mediaLimit,
    providers,
  } = given ?? {};
  return {
    recordInputs: isOn(given, "recordInputs", true),
    recordOutputs: isOn(given, "recordOutputs", true),
    includeUsage: isOn(given, "includeUsage", false),
    mediaLimitBytes: bytesOf(mediaLimitBytes),
    providers: providersOf(providers),
    provider: textOf(given, "provider"),
    name: textOf(given, "name"),
    parent: given?.parent,
    tags: given?.tags,
    metadata: given?.metadata,
  };
}

/** @param {any} given @param {string} key @param {boolean} otherwise */
function isOn(given, key, otherwise) {
  const value = given?.[key];
  if (value === undefined || typeof value === "boolean")
    return value ?? otherwise;
  warn(key, "true or false");
  // An invalid value counts as false, which records less.
  return false;
}

/** @param {any} given @param {string} key @returns {string | undefined} */
function textOf(given, key) {
  const value = given?.[key];
  if (value === undefined || (typeof value === "string" && value !== ""))
    return value;
  warn(key, "a string");
  return undefined;
}

/** @param {unknown} value */
function bytesOf(value) {
  if (typeof value === "number" && value >= 0)
    return Math.min(Math.floor(value), 0xffffffff);
  warn("mediaLimitBytes", "a number of bytes");
  return DEFAULT_MEDIA_LIMIT_BYTES;
}

/** @param {unknown} value @returns {Record<string, string> | undefined} */
function providersOf(value) {
  if (value === undefined) return undefined;
  /** @type {Record<string, string>} */
  const found = Object.create(null);
  if (typeof value !== "object" || value === null) {
    warn("providers", "an object of hosts and providers");
    return undefined;
  }
  for (const [host, provider] of Object.entries(value)) {
    if (typeof provider === "string" && provider !== "")
      found[host.toLowerCase()] = provider;
    else warn("providers", "an object of hosts and providers");
  }
  return found;
}

/** @param {string} key @param {string} what */
function warn(key, what) {
  warnOnce(`llm ${key}`, `the option ${key} of LLM calls takes ${what}`);
}

/**
 * Runs `action` with options for the calls that it makes; they win over those of an outer callback.
 * @template T
 * @param {CallOptions} options
 * @param {() => T} action
 * @returns {T}
 */
export function withOptions(options, action) {
  const inner = { ...optionsHere(), ...options };
  state.storage ??= anotherStorage();
  return runScoped(state, inner, action);
}

/** @returns {CallOptions | undefined} */
export function optionsHere() {
  return state.storage === undefined
    ? state.synchronous
    : state.storage.getStore();
}
