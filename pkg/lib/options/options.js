// Reads and checks the options of initialize.

import { checkNames } from "./option-names.js";
import { redaction } from "./redact.js";
import { pageHere } from "../host/page.js";
import { runtimeName } from "../host/runtime-name.js";
import { spillEngine } from "./spill-engine.js";
import { tailEngine } from "./tail-engine.js";
import { warnOnce } from "../host/warn.js";

const DEFAULT_BASE_URL = "https://api.lmnr.ai";
const FETCH = "fetch";
export const DEFAULT_BUDGET_MS = 10_000;
const MAX_BUDGET_MS = 25_000;
// Timers count no further, and fire at once for more.
const MAX_DELAY_MS = 2 ** 31 - 1;
// A Worker's request may have six connections, including the program's own.
const MAX_EXPORTS = 4;

/**
 * @typedef {import("../../index.js").InitializeOptions} InitializeOptions
 * @typedef {import("../../index.js").SpillSink} SpillSink
 * @typedef {ReturnType<typeof parseOptions>} Settings
 */

/**
 * Returns all settings that initialize needs; `url` is undefined if nothing can be sent.
 * @param {InitializeOptions} options
 */
export function parseOptions(options) {
  checkNames(options);
  const { baseUrl, baseHttpUrl, httpPort, metadata } = options;
  const own = projectKey(options);
  const tail = tailEngine()?.options(options, own.key);
  if ((options.transport ?? FETCH) !== FETCH && tailEngine() === undefined)
    warnOnce("tail import", 'transport needs import "laminar-edge/tail"');
  // Nothing is sent from here: the Tail Worker has the key.
  const key = own.key ?? (tail && "");
  const base = parseBaseUrl(
    text(baseUrl) ?? fromEnvironment("LMNR_BASE_URL") ?? DEFAULT_BASE_URL,
    httpPort,
  );
  // As in the official SDK, an invalid URL is kept to be shown, and nothing is sent.
  const shown = /** @type {URL | undefined} */ (
    text(baseHttpUrl) &&
      parseBaseUrl(/** @type {string} */ (text(baseHttpUrl)), httpPort)
  );
  return {
    key,
    // It is read only if there is no key, to say why.
    missing: /** @type {string} */ (own.missing),
    base: base && withPort(shown ?? base),
    url: base && `${base.origin}${base.pathname.replace(/\/+$/, "")}/v1/traces`,
    metadata,
    mask: callable("mask", options.mask),
    redaction: redaction(options.redact),
    maxAttributes: positive(options.maxAttributes),
    spill: sink(options.spill),
    budgetMs: budget(options.traceExportTimeoutMillis),
    exports: Math.min(positive(options.maxConcurrentExports) ?? 1, MAX_EXPORTS),
    onReport: callable("onReport", options.onReport),
    debug: options.debug,
    flushOnHide: options.flushOnHide,
    transport: {
      headers: headersOf(options.headers),
      fetch: callable("fetch", options.fetch),
      compression: options.compression === "gzip" ? "gzip" : undefined,
      ways: tail?.ways,
      project: tail?.project,
    },
    tail,
    background: {
      delayMs: delay(options.scheduledDelayMillis),
      disableBatch: options.disableBatch,
      budgetMs: budget(options.traceExportTimeoutMillis),
    },
    core: {
      maxExportBatchSize: positive(options.maxExportBatchSize),
      maxExportBatchSizeBytes:
        positive(options.maxExportBatchSizeBytes) ?? tail?.batchBytes,
      maxQueueBytes: positive(options.maxQueueBytes),
      maxQueueSize: positive(options.maxQueueSize),
      redelivery: text(options.redelivery),
      runtime: runtimeName(),
    },
  };
}

/**
 * Returns the key to send, `""` for none; without a key, the reason why nothing is recorded.
 * @param {InitializeOptions} options
 * @returns {{ key?: string | undefined, missing?: string }}
 */
function projectKey({ projectApiKey, baseUrl, dangerouslyAllowBrowser }) {
  const key = text(projectApiKey) ?? fromEnvironment("LMNR_PROJECT_API_KEY");
  const page = pageHere();
  if (page !== undefined)
    return page.keyFor(key, {
      proxied: text(baseUrl) !== undefined,
      allowed: dangerouslyAllowBrowser === true,
    });
  return {
    key,
    missing:
      "no project API key: pass projectApiKey to initialize; nothing is recorded",
  };
}

/**
 * Returns the headers as plain names and values; anything else is left out.
 * @param {InitializeOptions["headers"] | null} headers
 * @returns {Record<string, string> | undefined}
 */
function headersOf(headers) {
  if (headers === undefined || headers === null) return undefined;
  try {
    return Object.fromEntries(
      [...new Headers(/** @type {HeadersInit} */ (headers))].sort(),
    );
  } catch {
    // The runtime's message quotes the value, which may be a secret.
    warnOnce(
      "headers",
      "the option headers is ignored: it takes names and values that a request can carry",
    );
    return undefined;
  }
}

/**
 * @template {Function} T
 * @param {string} name
 * @param {T | null | undefined} value
 */
function callable(name, value) {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "function") return value;
  warnOnce(name, `the option ${name} is ignored: it is no function`);
  return undefined;
}

/**
 * @param {string} baseUrl
 * @param {unknown} httpPort
 */
function parseBaseUrl(baseUrl, httpPort) {
  try {
    const url = new URL(
      /^[a-z][a-z0-9+.-]*:\/\//i.test(baseUrl) ? baseUrl : `https://${baseUrl}`,
    );
    if (url.protocol !== "http:" && url.protocol !== "https:")
      throw new TypeError();
    if (url.port === "" && positive(httpPort)) url.port = String(httpPort);
    return url;
  } catch {
    warnOnce(
      `baseUrl ${baseUrl}`,
      `baseUrl is not an http or https URL; nothing will be recorded: ${baseUrl}`,
    );
    return undefined;
  }
}

/**
 * Returns the base URL with its port, as the official SDK shows it.
 * @param {URL} url
 */
function withPort(url) {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return `${url.protocol}//${url.hostname}:${port}${url.pathname.replace(/\/+$/, "")}`;
}

/** @param {unknown} value */
function budget(value) {
  return Math.min(positive(value) ?? DEFAULT_BUDGET_MS, MAX_BUDGET_MS);
}

/** @param {unknown} value */
function delay(value) {
  const ms = positive(value);
  return ms && Math.min(ms, MAX_DELAY_MS);
}

/** @param {SpillSink | undefined} value */
function sink(value) {
  if (value === undefined) return undefined;
  if (typeof value?.put !== "function") {
    warnOnce("spill option", "spill needs an object with a method put(bytes)");
    return undefined;
  }
  if (spillEngine() === undefined)
    warnOnce(
      "spill import",
      'the option spill needs import "laminar-edge/spill"; until then, what cannot be sent stays in memory',
    );
  return value;
}

/** @param {unknown} value */
function positive(value) {
  return typeof value === "number" && value >= 1
    ? Math.floor(value)
    : undefined;
}

/** @param {unknown} value */
function text(value) {
  return typeof value === "string" && value.trim() !== ""
    ? value.trim()
    : undefined;
}

/**
 * Reads an environment variable. Workers fill process.env on recent compatibility dates only; with others the
 * option must be given.
 * @param {string} name
 */
function fromEnvironment(name) {
  try {
    return text(globalThis.process?.env?.[name]);
  } catch {
    return undefined;
  }
}
