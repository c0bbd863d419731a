// Large strings cross one by one, because joining and flattening them would cost more than a call.

import { INPUT, OUTPUT } from "../../wasm/constants.js";
import { SPAN_INPUT, SPAN_OUTPUT } from "../values/attributes.js";
import { encoder, reserve, staged, text } from "../core/staging.js";
import { isHigh, isLow } from "../values/surrogates.js";

/** @import { Instance } from "../core/instance.js" */
/** @import { Span } from "../span/span.js" */
/** @typedef {{ largePairs: boolean, redacts: boolean, isRedacted: boolean }} How */

const LARGE = 256;

/** @type {(value: unknown) => value is string} */
export function isLarge(value) {
  return typeof value === "string" && value.length > LARGE;
}

/**
 * Sends the large strings, and stops when one makes the span too large.
 * `redacts` says that they are to be redacted, and `isRedacted` that input and output are already.
 * @type {(instance: Instance, id: number, span: Span, how: How) => void}
 */
export function sendAllLarge(instance, id, { input, output, pairs }, how) {
  const { largePairs, redacts, isRedacted } = how;
  const all = redacts ? sendWhole : sendLarge;
  const both = isRedacted ? sendLarge : all;
  if (isLarge(input) && !both(instance, id, SPAN_INPUT, input)) return;
  if (isLarge(output) && !both(instance, id, SPAN_OUTPUT, output)) return;
  if (!largePairs) return;
  for (let i = 1; i < pairs.length; i += 2)
    if (isLarge(pairs[i]) && !all(instance, id, pairs[i - 1], pairs[i])) return;
}

/**
 * Sends a large string whole, to be redacted: half a secret is not found.
 * @type {(instance: Instance, id: number, key: string, value: string) => boolean}
 */
function sendWhole(instance, id, key, value) {
  staged(instance);
  const keyRoom = 3 * key.length;
  // Most text is ASCII, or nearly so.
  const likely = value.length + (value.length >> 3) + keyRoom + 64;
  if (likely > text.length) reserve(instance, 0, 0, likely);
  let { read, written } = encoder.encodeInto(value, text);
  if (read < value.length || written + keyRoom > text.length) {
    reserve(instance, 0, 0, 3 * value.length + keyRoom);
    ({ written } = encoder.encodeInto(value, text));
  }
  const { exports } = instance;
  return !!exports.push_redacted(id, written, writeKey(key, written));
}

/**
 * Sends a large string in one call if it fits the staging memory, else in pieces from its end.
 * @type {(instance: Instance, id: number, key: string, value: string) => boolean}
 */
function sendLarge(instance, id, key, value) {
  const { exports } = instance;
  staged(instance);
  const keyRoom = 3 * key.length;
  if (2 * keyRoom > text.length) reserve(instance, 0, 0, 4 * keyRoom);
  const room = text.length - keyRoom;
  let rest = value;
  let written = 0;
  if (value.length <= room) {
    const whole = encoder.encodeInto(value, text);
    written =
      whole.read === value.length && whole.written <= room ? whole.written : -1;
  } else {
    written = -1;
  }
  if (written < 0) {
    // A piece of this many code units always fits.
    const piece = Math.floor(room / 3);
    let end = value.length;
    while (end > piece) {
      let start = end - piece;
      if (isLow(value.charCodeAt(start)) && isHigh(value.charCodeAt(start - 1)))
        start++;
      const part = encoder.encodeInto(value.slice(start, end), text);
      if (!exports.push_part(id, part.written)) return false;
      staged(instance);
      end = start;
    }
    rest = value.slice(0, end);
    written = encoder.encodeInto(rest, text).written;
  }
  return !!exports.push_string(id, written, writeKey(key, written));
}

/**
 * Writes a key after its value. Returns how many bytes it takes, or the code of a key that the core knows.
 * @type {(key: string, at: number) => number}
 */
function writeKey(key, at) {
  if (key === SPAN_INPUT) return INPUT;
  if (key === SPAN_OUTPUT) return OUTPUT;
  // Keys are usually short and ASCII. Making a view to encode into would cost more than this loop.
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    if (unit > 127) return encoder.encodeInto(key, text.subarray(at)).written;
    text[at + i] = unit;
  }
  return key.length;
}
