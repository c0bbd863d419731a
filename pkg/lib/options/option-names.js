// The names of initialize's options, and the warning for an unknown one.

import { warnOnce } from "../host/warn.js";

const MEANT = [
  "projectApiKey",
  "baseUrl",
  "baseHttpUrl",
  "httpPort",
  "metadata",
  "mask",
  "redact",
  "enabled",
  "traceExportTimeoutMillis",
  "maxExportBatchSize",
  "maxExportBatchSizeBytes",
  "maxAttributes",
  "maxQueueBytes",
  "maxQueueSize",
  "redelivery",
  "disableBatch",
  "flushBySize",
  "scheduledDelayMillis",
  "maxConcurrentExports",
  "fetch",
  "headers",
  "compression",
  "onReport",
  "debug",
  "dangerouslyAllowBrowser",
  "flushOnHide",
  "spill",
  "transport",
  "tailProject",
];

// The official SDK's options that have no effect here. They are accepted without a warning.
const WITHOUT_EFFECT = [
  "grpcPort",
  "forceHttp",
  "logLevel",
  "inheritGlobalContext",
  "instrumentModules",
  "sessionRecordingOptions",
  "spanProcessor",
];

const KNOWN = new Set([...MEANT, ...WITHOUT_EFFECT]);
// A name that differs by more letters than this is not suggested.
const NEAR = 3;

/** @param {object} options */
export function checkNames(options) {
  for (const name of Object.keys(options)) {
    if (KNOWN.has(name)) continue;
    const near = nearest(name);
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    warnOnce(
      `option ${name}`,
      `initialize does not know the option ${name}${hint}`,
    );
  }
}

/** @param {string} name */
function nearest(name) {
  let best;
  let least = NEAR + 1;
  for (const known of MEANT) {
    const apart = distance(name.toLowerCase(), known.toLowerCase());
    if (apart < least) [best, least] = [known, apart];
  }
  return best;
}

/**
 * Returns how many letters must be added, dropped or changed.
 * @param {string} one
 * @param {string} other
 */
function distance(one, other) {
  if (one.length > 64) return Infinity;
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const change = row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[other.length];
}
