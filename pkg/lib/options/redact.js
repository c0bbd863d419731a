// Reads and checks the option `redact`: what is replaced before a span is encoded.

import {
  DETECT_CARDS,
  DETECT_CRYPTO,
  DETECT_EMAILS,
  DETECT_IBANS,
  DETECT_IDS,
  DETECT_IPS,
  DETECT_MACS,
  DETECT_PHONES,
  DETECT_SECRETS,
  LABELS,
} from "../../wasm/constants.js";
import { warnOnce } from "../host/warn.js";

/** @import { RedactOptions } from "../../index.js" */

/**
 * What the option says, as the core and the patterns need it. Two that are equal have the same signature.
 * @typedef {object} Redaction
 * @property {boolean} on
 * @property {number} detectors Bits of wasm/constants.js.
 * @property {string} entries The lists that src/js/redact.rs reads.
 * @property {number[] | undefined} key The key of pseudonyms, as 16 bytes.
 * @property {RegExp[]} patterns
 * @property {Set<string>} allowed
 * @property {string} signature
 */

const PERSONAL = DETECT_CARDS | DETECT_IBANS | DETECT_EMAILS | DETECT_PHONES;

/** @type {Record<string, number>} */
const DETECTORS = {
  secrets: DETECT_SECRETS,
  cards: DETECT_CARDS,
  ibans: DETECT_IBANS,
  emails: DETECT_EMAILS,
  phones: DETECT_PHONES,
  ips: DETECT_IPS,
  ids: DETECT_IDS,
  crypto: DETECT_CRYPTO,
  macs: DETECT_MACS,
};
const STRICT = Object.values(DETECTORS).reduce((all, bit) => all | bit);
/** @type {Record<string, number>} */
const PRESETS = {
  secrets: DETECT_SECRETS,
  pii: DETECT_SECRETS | PERSONAL,
  strict: STRICT,
};
const FAILED = LABELS.length - 1;
// A mark stands for each value that is found, so a long one would fill the request.
const MOST_MARK_UNITS = 256;
const KEY = /^[0-9a-f]{32}$/i;
const OPTIONS = ["detect", "keys", "patterns", "allow", "hash", "replace"];

/**
 * Returns the redaction that an option asks for. What makes no sense is warned of and ignored: secrets are
 * then replaced all the same.
 * @param {unknown} option
 * @returns {Redaction}
 */
export function redaction(option) {
  if (option === false) return made(false, 0, {});
  if (option === undefined || option === null || option === true)
    return made(true, DETECT_SECRETS, {});
  if (typeof option === "string" && Object.hasOwn(PRESETS, option))
    return made(true, PRESETS[option], {});
  if (typeof option !== "object" || Array.isArray(option)) {
    ignored(
      "redact",
      'it takes true, false, "secrets", "pii", "strict" or an object',
    );
    return made(true, DETECT_SECRETS, {});
  }
  const given = /** @type {RedactOptions} */ (option);
  for (const name of Object.keys(given))
    if (!OPTIONS.includes(name))
      warnOnce(`redact.${name}`, `redact does not know the option ${name}`);
  return made(true, detectors(given.detect), given);
}

/**
 * @param {boolean} on
 * @param {number} detectors
 * @param {RedactOptions} options
 * @returns {Redaction}
 */
function made(on, detectors, { keys, patterns, allow, hash, replace }) {
  const allowed = texts("allow", allow);
  const entries = [
    ...texts("keys", keys).map((name) => `n${name}`),
    ...allowed.map((text) => `a${text}`),
    ...marks(replace).map((mark) => `m${mark}`),
  ].join("\0");
  const key = pseudonymKey(hash);
  const found = expressions(patterns);
  const signature = JSON.stringify([
    on,
    detectors,
    entries,
    key,
    found.map(String),
  ]);
  return {
    on,
    detectors,
    entries,
    key,
    patterns: found,
    allowed: new Set(allowed),
    signature,
  };
}

/** @param {unknown} detect */
function detectors(detect) {
  if (detect === undefined || detect === null) return DETECT_SECRETS;
  const all = { ...DETECTORS, ...PRESETS };
  let bits = 0;
  for (const name of texts("detect", detect)) {
    if (Object.hasOwn(all, name)) bits |= all[name];
    else
      warnOnce(
        `redact detector ${name}`,
        `redact.detect does not know ${name}; it knows ${Object.keys(all).join(", ")}`,
      );
  }
  // Only an empty list asks for nothing.
  const isEmpty = Array.isArray(detect) && detect.length === 0;
  return bits === 0 && !isEmpty ? DETECT_SECRETS : bits;
}

/**
 * Returns the strings of a list. U+0000 is left out of them, because it stands between entries.
 * @param {string} name
 * @param {unknown} list
 * @returns {string[]}
 */
function texts(name, list) {
  return listed(name, list, "strings", (each) => typeof each === "string")
    .map((text) => text.replaceAll("\0", ""))
    .filter((text) => text !== "");
}

/**
 * Returns copies of the expressions. The global flag is set, and a sticky one would match at one place only.
 * @param {unknown} patterns
 * @returns {RegExp[]}
 */
function expressions(patterns) {
  return listed("patterns", patterns, "regular expressions", isExpression).map(
    ({ source, flags }) => new RegExp(source, `${flags.replace(/[gy]/g, "")}g`),
  );
}

/** @param {unknown} value */
function isExpression(value) {
  return Object.prototype.toString.call(value) === "[object RegExp]";
}

/**
 * @param {string} name
 * @param {any} list
 * @param {string} what
 * @param {(each: unknown) => boolean} fits
 * @returns {any[]}
 */
function listed(name, list, what, fits) {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list) || !list.every(fits))
    ignored(`redact.${name}`, `it takes a list of ${what}`);
  return Array.isArray(list) ? list.filter(fits) : [];
}

/** @param {unknown} hash */
function pseudonymKey(hash) {
  if (hash === undefined || hash === null) return undefined;
  if (typeof hash === "string" && KEY.test(hash))
    return /** @type {string[]} */ (hash.match(/../g)).map((byte) =>
      parseInt(byte, 16),
    );
  ignored("redact.hash", "it takes a key of 32 hexadecimal digits");
  return undefined;
}

/**
 * Returns what stands for a value of each label, if the program says so. Where `replace` fails it is the usual
 * mark.
 * @param {unknown} replace
 * @returns {string[]}
 */
function marks(replace) {
  if (replace === undefined || replace === null) return [];
  if (typeof replace !== "function") {
    ignored("redact.replace", "it takes a function");
    return [];
  }
  return LABELS.slice(0, FAILED).map((label) => {
    try {
      const mark = replace(label);
      if (typeof mark === "string")
        return mark.replaceAll("\0", "").slice(0, MOST_MARK_UNITS);
    } catch {
      // It may hold what it should not show, so the error is not told.
    }
    warnOnce(
      "redact.replace failed",
      "redact.replace threw or returned no string; the usual mark is used",
    );
    return `[REDACTED_${label}]`;
  });
}

/**
 * @param {string} name
 * @param {string} why
 */
function ignored(name, why) {
  warnOnce(
    name,
    `the option ${name} is ignored where it makes no sense: ${why}`,
  );
}
