// Sends one span with the package itself, and reads the flush report.

import path from "node:path";
import { pathToFileURL } from "node:url";
import { entryFor } from "./checks/entry.js";
import { refused } from "./checks/server.js";

/**
 * @typedef {import("./project.js").Project} Project
 * @typedef {import("./project.js").Finding} Finding
 */

const SPAN_NAME = "laminar-edge doctor";

/**
 * Sends one span with the project's copy of the package, or this command's if it has none.
 * @param {Project} project
 * @param {{ base: string, key: string }} destination
 * @returns {Promise<Finding>}
 */
export async function probe({ copies, own, options }, { base, key }) {
  const check = "probe";
  const { manifest, root } = copies[0] ?? own;
  const entry = entryFor(manifest, ["node", "import"]);
  /** @type {string[]} */
  const said = [];
  const warn = console.warn;
  // Warnings of the package become part of the finding.
  console.warn = (...all) => said.push(all.join(" "));
  try {
    const file = path.join(root, entry ?? "missing");
    const { Laminar } = await import(pathToFileURL(file).href);
    Laminar.initialize({
      projectApiKey: key,
      baseUrl: base,
      traceExportTimeoutMillis: options.timeout,
    });
    const span = Laminar.startSpan({ name: SPAN_NAME });
    span.end();
    const traceId = Laminar.getTraceId?.() ?? span.traceId?.("uuid");
    const report = await Laminar.flush();
    await Laminar.shutdown();
    return findingOf(report, traceId, options.timeout);
  } catch (error) {
    return {
      check,
      status: "fail",
      text: [`the package failed: ${/** @type {Error} */ (error).message}`]
        .concat(said)
        .join("; "),
    };
  } finally {
    console.warn = warn;
  }
}

/**
 * @param {import("laminar-edge").FlushReport} report
 * @param {string | undefined} traceId
 * @param {number} timeout ms
 * @returns {Finding}
 */
function findingOf(report, traceId, timeout) {
  const check = "probe";
  if (report.ok)
    return {
      check,
      status: "ok",
      text: `a span named "${SPAN_NAME}" arrived${traceId ? `, trace ${traceId}` : ""}: ${report.attempts} request, ${report.bytes} bytes`,
    };
  const { error } = report;
  if (error?.status === 401) return refused(check);
  return {
    check,
    status: "fail",
    text: `${whatHappened(report, timeout)}${error?.message ? `: ${error.message}` : ""} (${countsOf(report)})`,
  };
}

/**
 * @param {import("laminar-edge").FlushReport} report
 * @param {number} timeout ms
 */
function whatHappened({ error, rejected }, timeout) {
  const status = error?.status;
  if (status === 403)
    return "HTTP 403: the project's usage limit may be reached, or the key may not write";
  if (status === 404)
    return "HTTP 404: no Laminar at this URL, nothing there takes POST /v1/traces";
  if (status === 413) return "HTTP 413: a proxy turns even small requests away";
  if (status !== undefined && status >= 500)
    return `HTTP ${status}: the server has trouble of its own; try again later`;
  if (error?.code === "timeout") return `no answer within ${timeout} ms`;
  if (rejected > 0) return "the server took the request and rejected the span";
  return "the span was not sent";
}

/** @param {import("laminar-edge").FlushReport} report */
function countsOf({ exported, rejected, pending, dropped, attempts }) {
  const counts = { exported, rejected, pending, ...dropped, attempts };
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name}: ${count}`)
    .join(", ");
}
