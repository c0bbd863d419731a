// Decides from method and URL whether a request is an LLM call. Nearly every request of a program is none, and the
// end of its path shows that.

import { ANTHROPIC_MESSAGES, UNIVERSAL } from "./formats.js";
import {
  ANYWHERE,
  GATEWAY_HOST,
  GATEWAY_RULES,
  HOST_PATTERNS,
  HOSTS,
  NAMED,
  OLLAMA,
  OLLAMA_PORT,
  systemOf,
} from "./table.js";

/** @typedef {import("./table.js").Rule} Rule */

/**
 * What is known of a call before its body is read. `known`: the host is a provider's, so the body is not needed to
 * decide. If `system` is empty or `cloudflare`, the model may begin with the name of a provider.
 * @typedef {object} Target
 * @property {number} format
 * @property {string} system
 * @property {string} model
 * @property {boolean} known
 * @property {boolean} streams
 * @property {string} [host]
 * @property {string} [port]
 * @property {string} [path]
 */

// The tables decide. This leaves out most requests before their URL is parsed, and none that the tables have.
const LIKELY =
  /(?:complet(?:e|ions)|responses|embeddings|messages|chat|generate|converse|stream|invoke|contents?|predict)\/?$|\/ai\/run|gateway\.ai\./i;
const ENCODED = /%(?:3a|2f|40)/gi;

/**
 * Returns what is known of a request that may be an LLM call; undefined if it is none.
 * @param {string} url
 * @param {{ providers?: Record<string, string> | undefined, provider?: string | undefined }} options
 * @returns {Target | undefined}
 */
export function findTarget(url, { providers, provider }) {
  if (!LIKELY.test(url.replace(/[?#].*/s, ""))) return undefined;
  // In a page an address may be relative.
  const { protocol, host, hostname, port, pathname } = new URL(
    url,
    globalThis.location?.href,
  );
  if (protocol !== "https:" && protocol !== "http:") return undefined;
  const path = normal(pathname);
  const found = inTable(
    hostname,
    port,
    path,
    providers?.[host] ?? providers?.[hostname],
    provider,
  );
  return found && { ...found, host: hostname, port };
}

/** Decodes what the tables have in clear, and takes a slash at the end away. @param {string} path */
function normal(path) {
  return path.replace(ENCODED, decodeURIComponent).replace(/(.)\/$/, "$1");
}

/**
 * @param {string} hostname
 * @param {string} port
 * @param {string} path
 * @param {string | undefined} named
 * @param {string | undefined} provider
 * @returns {Target | undefined}
 */
function inTable(hostname, port, path, named, provider) {
  if (named !== undefined) return match(NAMED, path, named, true);
  if (hostname === GATEWAY_HOST) return ofGateway(path);
  const known = Object.hasOwn(HOSTS, hostname)
    ? HOSTS[hostname]
    : HOST_PATTERNS.find(([pattern]) => pattern.test(hostname))?.[1];
  if (known !== undefined) return match(known[1], path, known[0], true);
  const ollama = port === OLLAMA_PORT && match(OLLAMA, path, "ollama", true);
  if (ollama) return ollama;
  const found = match(ANYWHERE, path, provider ?? "openai", false);
  // A host that speaks Anthropic's format most likely runs one of its models.
  return found?.format === ANTHROPIC_MESSAGES && provider === undefined
    ? { ...found, system: "anthropic" }
    : found;
}

/** @param {string} path @returns {Target | undefined} */
function ofGateway(path) {
  const [, gateway, name, rest = ""] =
    /^\/v1\/([^/]+\/[^/]+)(?:\/([^/]+)(\/.*)?)?$/.exec(path) ?? [];
  if (gateway === undefined) return undefined;
  if (name === undefined)
    return { ...target("", "", UNIVERSAL, true), path: "/v1/{}/{}" };
  const found = inGateway(name, normal(rest));
  return found && { ...found, path: `/v1/{}/{}/${name}${found.path}` };
}

/** @param {string} name @param {string} path */
function inGateway(name, path) {
  if (name === "compat") return match(NAMED, path, "", true);
  const system = systemOf(name);
  if (system === undefined) return undefined;
  return match(GATEWAY_RULES[system] ?? NAMED, path, system, true);
}

/**
 * @param {string} system
 * @param {string} model
 * @param {number} format
 * @param {boolean} known
 * @returns {Target}
 */
export function target(system, model, format, known) {
  return { system, model, format, known, streams: false };
}

/**
 * Returns the target of the first rule that fits. `prefix` precedes all paths of the rules.
 * @param {Rule[]} rules
 * @param {string} path
 * @param {string} system
 * @param {boolean} known
 * @returns {Target | undefined}
 */
function match(rules, path, system, known, prefix = "") {
  for (const [end, then, streams = false] of rules) {
    const pattern = prefix + end;
    if (typeof then !== "number") {
      const below = match(then, path, system, known, pattern);
      if (below !== undefined) return below;
      continue;
    }
    const found = compiled(pattern).exec(path);
    if (found === null) continue;
    const model = found.groups?.model ?? "";
    const made = target(system, model, then, known);
    return { ...made, streams, path: pattern };
  }
  return undefined;
}

/** @type {Map<string, RegExp>} */
const patterns = new Map();

/** @param {string} pattern */
function compiled(pattern) {
  let found = patterns.get(pattern);
  if (found === undefined) {
    const source = pattern
      .replaceAll("{...}", ".*")
      .replaceAll("{}", "[^/]+")
      .replaceAll("{model}", "(?<model>.+)");
    found = new RegExp(`^${source}$`);
    patterns.set(pattern, found);
  }
  return found;
}
