// The options of initialize, checked once at the door.

import { checkNames } from "./option-names.js";
import { warnOnce } from "./warn.js";

const DEFAULT_BASE_URL = "https://api.lmnr.ai";
const DEFAULT_BUDGET_MS = 10_000;
const MAX_BUDGET_MS = 25_000;

/** Everything initialize needs; `url` is undefined if there is nowhere to send. */
export function parseOptions(options) {
  checkNames(options);
  const { projectApiKey, baseUrl, baseHttpUrl, httpPort, metadata } = options;
  const key = text(projectApiKey) ?? fromEnvironment("LMNR_PROJECT_API_KEY");
  const base = parseBaseUrl(
    text(baseUrl) ?? fromEnvironment("LMNR_BASE_URL") ?? DEFAULT_BASE_URL,
    httpPort,
  );
  // As in the official SDK, this one is shown and nothing is sent there.
  const shown = text(baseHttpUrl) && parseBaseUrl(text(baseHttpUrl), httpPort);
  return {
    key,
    base: base && withPort(shown ?? base),
    url: base && `${base.origin}${base.pathname.replace(/\/+$/, "")}/v1/traces`,
    metadata,
    mask: typeof options.mask === "function" ? options.mask : undefined,
    maxAttributes: positive(options.maxAttributes),
    budgetMs: budget(options.traceExportTimeoutMillis),
    core: {
      maxExportBatchSize: positive(options.maxExportBatchSize),
      maxExportBatchSizeBytes: positive(options.maxExportBatchSizeBytes),
      maxQueueBytes: positive(options.maxQueueBytes),
      maxQueueSize: positive(options.maxQueueSize),
      redelivery: text(options.redelivery),
      runtime: runtimeName(),
    },
  };
}

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

/** The base URL with its port in full, as the official SDK shows it. */
function withPort(url) {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return `${url.protocol}//${url.hostname}:${port}${url.pathname.replace(/\/+$/, "")}`;
}

function budget(value) {
  return Math.min(positive(value) ?? DEFAULT_BUDGET_MS, MAX_BUDGET_MS);
}

function positive(value) {
  return typeof value === "number" && value >= 1
    ? Math.floor(value)
    : undefined;
}

function text(value) {
  return typeof value === "string" && value.trim() !== ""
    ? value.trim()
    : undefined;
}

/** Workers fill process.env on recent compatibility dates only; elsewhere the option is the way. */
function fromEnvironment(name) {
  try {
    return text(globalThis.process?.env?.[name]);
  } catch {
    return undefined;
  }
}

function runtimeName() {
  try {
    const { process, navigator, Deno, Bun } = globalThis;
    if (Deno?.version?.deno) return `deno@${Deno.version.deno}`;
    if (Bun?.version) return `bun@${Bun.version}`;
    if (navigator?.userAgent === "Cloudflare-Workers") return "workerd";
    if (process?.versions?.node) return `node@${process.versions.node}`;
  } catch {
    // A host that guards its globals: the name is not worth a throw.
  }
  return typeof document === "undefined" ? "unknown" : "browser";
}
