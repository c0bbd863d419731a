// The options of initialize, checked once at the door.

import { checkNames } from "./option-names.js";
import { pageHere } from "../host/page.js";
import { runtimeName } from "../host/runtime-name.js";
import { spillEngine } from "./spill-engine.js";
import { tailEngine } from "./tail-engine.js";
import { messageOf } from "../values/value.js";
import { warnOnce } from "../host/warn.js";

const DEFAULT_BASE_URL = "https://api.lmnr.ai";
const FETCH = "fetch";
const DEFAULT_BUDGET_MS = 10_000;
const MAX_BUDGET_MS = 25_000;
// A Worker's request has six connections, its own included.
const MAX_EXPORTS = 4;

/**
 * @typedef {import("../../index.js").InitializeOptions} InitializeOptions
 * @typedef {import("../../index.js").SpillSink} SpillSink
 * @typedef {ReturnType<typeof parseOptions>} Settings
 */

/**
 * Everything initialize needs; `url` is undefined if there is nowhere to send.
 * @param {InitializeOptions} options
 */
export function parseOptions(options) {
  checkNames(options);
  const { baseUrl, baseHttpUrl, httpPort, metadata } = options;
  const own = projectKey(options);
  const tail = tailEngine()?.options(options, own.key);
  if ((options.transport ?? FETCH) !== FETCH && tailEngine() === undefined)
    warnOnce("tail import", 'transport needs import "laminar-edge/tail"');
  // The Tail Worker has one.
  const key = own.key ?? (tail && "");
  const base = parseBaseUrl(
    text(baseUrl) ?? fromEnvironment("LMNR_BASE_URL") ?? DEFAULT_BASE_URL,
    httpPort,
  );
  // As in the official SDK, this one is shown and nothing is sent there.
  const shown = /** @type {URL | undefined} */ (
    text(baseHttpUrl) &&
      parseBaseUrl(/** @type {string} */ (text(baseHttpUrl)), httpPort)
  );
  return {
    key,
    // Read only where there is no key, and there it says why.
    missing: /** @type {string} */ (own.missing),
    base: base && withPort(shown ?? base),
    url: base && `${base.origin}${base.pathname.replace(/\/+$/, "")}/v1/traces`,
    metadata,
    mask: typeof options.mask === "function" ? options.mask : undefined,
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
      delayMs: positive(options.scheduledDelayMillis),
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
 * The key to send, `""` for none; undefined, and why, if nothing may be recorded.
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
 * Plain names and values; what is neither is left out.
 * @param {InitializeOptions["headers"] | null} headers
 * @returns {Record<string, string> | undefined}
 */
function headersOf(headers) {
  if (headers === undefined || headers === null) return undefined;
  try {
    return Object.fromEntries(
      [...new Headers(/** @type {HeadersInit} */ (headers))].sort(),
    );
  } catch (error) {
    warnOnce("headers", `the option headers is ignored: ${messageOf(error)}`);
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
 * The base URL with its port in full, as the official SDK shows it.
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
 * Workers fill process.env on recent compatibility dates only; elsewhere the option is the way.
 * @param {string} name
 */
function fromEnvironment(name) {
  try {
    return text(globalThis.process?.env?.[name]);
  } catch {
    return undefined;
  }
}
