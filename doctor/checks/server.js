// Checks with the server: whether it can be reached, what the key may do, and whether it accepts a span.

import { probe } from "../probe.js";
import { KEY, valuesHere } from "./key.js";

/**
 * @typedef {import("../project.js").Project} Project
 * @typedef {import("../project.js").Finding} Finding
 * @typedef {import("../project.js").Fix} Fix
 */

const CLOUD = "https://api.lmnr.ai";
// These are the site and the docs, which accept no spans.
const SITES = /^(www\.|docs\.)?(lmnr\.ai|laminar\.sh)$/;
// Laminar's gRPC ports, in the cloud and self-hosted.
const GRPC_PORTS = ["8443", "8001"];
const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0|.*\.local)$/;

/**
 * Makes these checks one after the other until one fails.
 * @param {Project} project
 * @returns {Promise<Finding[]>}
 */
export async function checkServer(project) {
  const { base, finding } = baseOf(project);
  const findings = [finding];
  if (base === undefined) return findings;
  const { offline, timeout } = project.options;
  if (offline) {
    findings.push(skipped("server", "--offline: nothing is asked"));
    return findings;
  }
  const reached = await reach(base, timeout);
  findings.push(reached);
  if (reached.status === "fail") return findings;

  const key = valuesHere(project, KEY)[0]?.value.trim();
  if (!key) {
    findings.push(skipped("probe", "without a key no span is sent"));
    return findings;
  }
  const allowed = await permission(base, key, timeout);
  findings.push(allowed);
  if (allowed.status === "fail") return findings;
  findings.push(
    project.options.probe
      ? await probe(project, { base, key })
      : skipped("probe", "--no-probe: no span is sent"),
  );
  return findings;
}

/**
 * @param {string} check
 * @param {string} text
 * @returns {Finding}
 */
function skipped(check, text) {
  return { check, status: "skip", text };
}

/**
 * Returns the base URL without a slash at its end, unless nothing can be sent there.
 * @param {Project} project
 * @returns {{ base?: string, finding: Finding }}
 */
function baseOf(project) {
  const check = "region";
  const { baseUrl } = project.options;
  const found =
    baseUrl === undefined
      ? valuesHere(project, "LMNR_BASE_URL")[0]
      : { value: baseUrl, from: "--base-url" };
  if (found === undefined)
    return {
      base: CLOUD,
      finding: { check, status: "ok", text: `${CLOUD}, Laminar's cloud` },
    };
  const { value, from } = found;
  const text = value.trim();
  let url;
  try {
    url = new URL(
      /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`,
    );
  } catch {
    url = undefined;
  }
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return {
      finding: {
        check,
        status: "fail",
        text: `${from}: ${text} is no http or https URL`,
      },
    };
  const base = `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  const trouble = troubleWith(url, from);
  if (trouble !== undefined) {
    const fix = [{ line: trouble.instead }];
    const finding = { check, status: trouble.status, text: trouble.text, fix };
    return trouble.status === "fail" ? { finding } : { base, finding };
  }
  const whose = base === CLOUD ? "Laminar's cloud" : "a server of its own";
  return {
    base,
    finding: { check, status: "ok", text: `${base}, ${whose}, by ${from}` },
  };
}

/**
 * @param {URL} url
 * @param {string} from
 * @returns {{ status: "warn" | "fail", text: string, instead: string } | undefined}
 */
function troubleWith(url, from) {
  const line = (/** @type {string} */ value) => `LMNR_BASE_URL=${value}`;
  if (SITES.test(url.hostname))
    return {
      status: "fail",
      text: `${from}: ${url.hostname} is the site; spans go to ${CLOUD}`,
      instead: line(CLOUD),
    };
  if (GRPC_PORTS.includes(url.port))
    return {
      status: "warn",
      text: `${from}: ${url.port} is the port of Laminar's gRPC; the package speaks HTTP`,
      instead: line(
        `${url.protocol}//${url.hostname}${url.port === "8443" ? "" : ":8000"}`,
      ),
    };
  const path = /\/v1(\/traces)?\/?$/.exec(url.pathname);
  if (path !== null)
    return {
      status: "fail",
      text: `${from}: the package adds /v1/traces itself`,
      instead: line(url.href.slice(0, -path[0].length)),
    };
  if (from.startsWith("vars of ") && LOCAL.test(url.hostname))
    return {
      status: "warn",
      text: `${from}: a deployed Worker cannot reach ${url.hostname}`,
      instead: line("https://…"),
    };
  return undefined;
}

/**
 * @param {string} base
 * @param {number} timeout ms
 * @returns {Promise<Finding>}
 */
async function reach(base, timeout) {
  const check = "server";
  try {
    const { status } = await ask(`${base}/v1/traces`, timeout);
    return { check, status: "ok", text: `it answers (HTTP ${status} to GET)` };
  } catch (error) {
    return {
      check,
      status: "fail",
      text: `${base} cannot be reached: ${reasonOf(error, timeout)}`,
    };
  }
}

/**
 * Asks which project the key belongs to: a route that only reads, and that ingest-only keys do not see.
 * @param {string} base
 * @param {string} key
 * @param {number} timeout ms
 * @returns {Promise<Finding>}
 */
async function permission(base, key, timeout) {
  const check = "key at the server";
  let answer;
  try {
    answer = await ask(`${base}/v1/project`, timeout, {
      authorization: `Bearer ${key}`,
    });
  } catch (error) {
    return {
      check,
      status: "warn",
      text: `what it may do is unknown: ${reasonOf(error, timeout)}`,
    };
  }
  const { status, body } = answer;
  const project = status === 200 ? projectOf(body) : undefined;
  if (project !== undefined)
    return {
      check,
      status: "ok",
      text: `taken, for the project ${project}; it may read too: a key for ingestion only is enough`,
    };
  if (status === 401) return refused(check);
  if (status === 404)
    return {
      check,
      status: "ok",
      text: "for ingestion only, or the server is older than this question",
    };
  return skipped(check, `what it may do is unknown: HTTP ${status}`);
}

/**
 * @param {string} check
 * @returns {Finding}
 */
export function refused(check) {
  return {
    check,
    status: "fail",
    text: "HTTP 401: the key is wrong, deleted or expired; the page that makes keys proposes one day for ingestion only",
    fix: [
      { in: "the program's variables", line: `${KEY}=…` },
      { run: `npx wrangler secret put ${KEY}` },
    ],
  };
}

/** @param {string} body */
function projectOf(body) {
  try {
    const { projectId } = JSON.parse(body);
    return typeof projectId === "string" ? projectId.slice(0, 64) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} url
 * @param {number} timeout ms
 * @param {Record<string, string>} [headers]
 */
async function ask(url, timeout, headers = {}) {
  const answer = await fetch(url, {
    headers,
    redirect: "manual",
    signal: AbortSignal.timeout(timeout),
  });
  const body = answer.status === 200 ? await answer.text() : "";
  if (answer.status !== 200) await answer.body?.cancel();
  return { status: answer.status, body };
}

/**
 * @param {any} error what fetch rejected with
 * @param {number} timeout ms
 */
function reasonOf(error, timeout) {
  if (error?.name === "TimeoutError") return `no answer within ${timeout} ms`;
  const cause = error?.cause ?? error;
  const code = cause?.code ?? "";
  /** @type {Record<string, string>} */
  const words = {
    ENOTFOUND: "the name is unknown",
    EAI_AGAIN: "names cannot be resolved here",
    ECONNREFUSED: "nobody listens there",
    ECONNRESET: "the connection was reset",
    CERT_HAS_EXPIRED: "its certificate has expired",
    DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by itself",
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate cannot be verified",
  };
  const said = words[code] ?? cause?.message ?? String(cause);
  return code ? `${said} (${code})` : said;
}
