// Cuts inputs and outputs that are too long, and marks them, as the official SDK does.

import { isHigh } from "../values/surrogates.js";
import { warnOnce } from "../host/warn.js";

// A longer text is cut, as by the official SDK.
export const MAX_UNITS = 10_485_760;
const MARK = "...[Laminar: truncated]";
// Kept for the rest of a request: names, small attributes, the header.
const RESERVE_BYTES = 64 << 10;
// A longer secret does not exist.
const AHEAD_UNITS = 64 << 10;

/** @import { Span } from "../span/span.js" */

const encoder = new TextEncoder();
const scratch = new Uint8Array(4096);

/**
 * Cuts a text to as many UTF-16 code units as the official SDK sends.
 * @type {(text: string | undefined, span: Pick<Span, "destination">) => string | undefined}
 */
export function truncate(text, { destination }) {
  if (text === undefined || !exceeds(text)) return text;
  // A secret must be found before a half of it is cut off: `fit` cuts this text.
  if (destination?.redaction?.on) return text;
  warn();
  return whole(text.slice(0, MAX_UNITS - MARK.length)) + MARK;
}

/**
 * Cuts input and output so that the span fits a request of so many bytes, given the units of its large strings. If
 * there is something to redact, that comes first: then it returns true for an input and output that are redacted.
 * @type {(span: Span, limit: number, largeUnits: number, redact?: (text: string) => string) => boolean}
 */
export function fit(span, limit, largeUnits, redact) {
  const room = limit - Math.min(RESERVE_BYTES, limit / 4);
  const isLong =
    redact !== undefined && [span.input, span.output].some(exceeds);
  // A code unit takes three bytes at the most.
  if (3 * largeUnits <= room && !isLong) return false;
  if (redact !== undefined) {
    const most = Math.min(room, MAX_UNITS);
    span.input = redactedStart(span.input, most, redact);
    span.output = redactedStart(span.output, most, redact);
  }
  let others = 0;
  for (let i = 1; i < span.pairs.length; i += 2)
    if (typeof span.pairs[i] === "string") others += 3 * span.pairs[i].length;
  const left = Math.max(room - others, 0);
  const bytes = { input: bytesOf(span.input), output: bytesOf(span.output) };
  /** @type {("input" | "output")[]} */
  const [smaller, larger] =
    bytes.input <= bytes.output ? ["input", "output"] : ["output", "input"];
  const kept = Math.min(bytes[smaller], Math.floor(left / 2));
  span[smaller] = cut(span[smaller], bytes[smaller], kept);
  span[larger] = cut(span[larger], bytes[larger], left - kept);
  return redact !== undefined;
}

/**
 * Returns as much of a text, redacted, as can be sent at the most. Of a longer one so much more is redacted that
 * a secret at its end is seen whole.
 * @type {(text: any, most: number, redact: (text: string) => string) => any}
 */
function redactedStart(text, most, redact) {
  if (typeof text !== "string") return text;
  const isWhole = text.length <= most + AHEAD_UNITS;
  const start = redact(
    isWhole ? text : whole(text.slice(0, most + AHEAD_UNITS)),
  );
  if (isWhole && !exceeds(start)) return start;
  warn();
  const kept = isWhole ? start.length : start.length - AHEAD_UNITS;
  return whole(start.slice(0, Math.min(kept, most - MARK.length))) + MARK;
}

/** Returns whether a value is a longer text than the official SDK sends. */
function exceeds(/** @type {unknown} */ value) {
  return typeof value === "string" && value.length > MAX_UNITS;
}

function bytesOf(/** @type {unknown} */ value) {
  return typeof value === "string" ? utf8Bytes(value) : 0;
}

/** @type {(value: any, bytes: number, room: number) => any} */
function cut(text, bytes, room) {
  if (bytes <= room || room < MARK.length) return text;
  warn();
  return whole(prefix(text, room - MARK.length)) + MARK;
}

/** @type {(text: string, room: number) => string} */
function prefix(text, room) {
  let units = 0;
  let bytes = 0;
  while (units < text.length) {
    const space = Math.min(room - bytes, scratch.length);
    const piece = encoder.encodeInto(
      text.slice(units, units + scratch.length),
      space === scratch.length ? scratch : scratch.subarray(0, space),
    );
    if (piece.read === 0) break;
    units += piece.read;
    bytes += piece.written;
  }
  return text.slice(0, units);
}

function utf8Bytes(/** @type {string} */ text) {
  let bytes = 0;
  for (let units = 0; units < text.length;) {
    const piece = encoder.encodeInto(
      text.slice(units, units + scratch.length),
      scratch,
    );
    units += piece.read;
    bytes += piece.written;
  }
  return bytes;
}

/** Removes the first half of a surrogate pair whose second half was cut off. */
function whole(/** @type {string} */ text) {
  return isHigh(text.charCodeAt(text.length - 1)) ? text.slice(0, -1) : text;
}

function warn() {
  warnOnce(
    "truncate",
    "an input or output was cut: it is longer than a request may be",
  );
}
