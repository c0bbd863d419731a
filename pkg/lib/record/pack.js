// The hot path: packs an ended span into staging memory and crosses into wasm once. The format is
// that of src/encode/packed.rs.

import {
  ARRAY,
  BYTES,
  DOUBLE,
  EMPTY,
  FALSE,
  INT32,
  INT64,
  PACK_AGAIN,
  REMOTE_PARENT,
  STRING,
  TRUE,
} from "../../wasm/constants.js";
import { SPAN_INPUT, SPAN_OUTPUT } from "../values/attributes.js";
import { registerDestination } from "../options/destination.js";
import {
  encoder,
  floats,
  reserve,
  staged,
  text,
  words,
} from "../core/staging.js";
import { isLarge, sendAllLarge } from "./large.js";
import { mayHaveNul, replaceNul } from "./nul.js";
import { wellFormed } from "../values/surrogates.js";
import { redacted, replaceIn, rulesOf } from "./redact.js";
import { fit } from "./truncate.js";

/** @import { Path } from "../context/span-context.js" */
/** @import { Destination, Instance } from "../core/instance.js" */
/** @import { Span } from "../span/span.js" */
/** @import { Event, Link, Pairs, Value } from "./pairs.js" */

// Staging memory that an unusually large span made larger than this is freed.
const OUTLIER_BYTES = 256 << 10;

let w = 0;
let f = 0;
let joined = "";
let clean = false;
let largePairs = false;
/** @type {Path} The path of the span, as it may leave. */
let shownPath;

/**
 * Sends a span that has ended into `instance`. Returns KEPT or FULL, or another code if the span was dropped
 * and counted. Throws if the call ends the instance.
 * @type {(span: Span, instance: Instance) => number}
 */
export function send(span, instance) {
  staged(instance);
  const destination = /** @type {Destination} */ (span.destination);
  const id = registerDestination(destination, instance);
  const rules = rulesOf(destination, instance, id);
  shownPath = span.path;
  if (rules !== undefined && rules.patterns.length > 0)
    shownPath = replaceIn(span, rules, instance, id);
  const large = largeUnits(span);
  if (large > 0) {
    const redact =
      rules &&
      ((/** @type {string} */ text) =>
        redacted(text, rules, instance, id, true));
    const limit = instance.exports.request_bytes();
    const isRedacted = fit(span, limit, large, redact);
    if (largePairs) replaceNul(span);
    sendAllLarge(instance, id, span, {
      largePairs,
      redacts: rules !== undefined,
      isRedacted,
    });
  }
  clean = false;
  let answer = finish(span, instance, id);
  if (answer === PACK_AGAIN) {
    clean = true;
    answer = finish(span, instance, id);
  }
  if (
    text.length > OUTLIER_BYTES ||
    4 * words.length > OUTLIER_BYTES ||
    8 * floats.length > OUTLIER_BYTES
  ) {
    reserve(instance, 0, 0, 0);
  }
  return answer;
}

/** @type {(span: Span, instance: Instance, id: number) => number} */
function finish(span, instance, id) {
  pack(span);
  if (mayHaveNul(joined)) {
    replaceNul(span);
    pack(span);
  }
  if (w > words.length || f > floats.length) {
    reserve(instance, 2 * w, 2 * f, 0);
    pack(span);
  }
  staged(instance);
  let { read, written } = encoder.encodeInto(joined, text);
  if (read < joined.length) {
    reserve(instance, 0, 0, 3 * joined.length);
    pack(span);
    ({ read, written } = encoder.encodeInto(joined, text));
  }
  return instance.exports.end_span(id, w, f, written, joined.length);
}

/** Returns the length of all large strings, and sets `largePairs` if any is among the pairs. */
function largeUnits(/** @type {Span} */ { input, output, pairs }) {
  let units = 0;
  for (let i = 1; i < pairs.length; i += 2)
    if (isLarge(pairs[i])) units += pairs[i].length;
  largePairs = units > 0;
  if (isLarge(input)) units += input.length;
  if (isLarge(output)) units += output.length;
  return units;
}

function pack(/** @type {Span} */ span) {
  const { trace, events, links } = span;
  const path = shownPath;
  words[0] = trace[0];
  words[1] = trace[1];
  words[2] = trace[2];
  words[3] = trace[3];
  words[4] = path.high;
  words[5] = path.low;
  words[6] = span.parentHigh;
  words[7] = span.parentLow;
  floats[0] = Math.floor(span.startTime);
  floats[1] = Math.floor(span.endTime);
  words[8] = nanoseconds(span.startTime);
  words[9] = nanoseconds(span.endTime);
  words[10] = span.kind + 1;
  joined = "";
  words[11] = add(span.name);
  words[12] = path.depth;
  w = 13;
  f = 2;
  packPath(path);

  let count = packPairs(span.pairs, largePairs);
  count +=
    packSmall(SPAN_INPUT, span.input) + packSmall(SPAN_OUTPUT, span.output);
  if (events !== undefined)
    for (const event of events) packEvent(event, span.startTime);
  if (links !== undefined) for (const link of links) packLink(link);
  words[w++] = count;
  words[w++] = events === undefined ? 0 : events.length;
  words[w++] = links === undefined ? 0 : links.length;
  words[w++] = span.statusCode;
  words[w++] = add(span.statusMessage);
  words[w++] = span.droppedAttributes;
  words[w++] = span.droppedEvents;
  words[w++] = span.remoteParent ? REMOTE_PARENT : 0;
}

/** Packs the path, outermost first. It is linked from the inside, so the words are filled backwards. */
function packPath(/** @type {Path | undefined} */ path) {
  w += 3 * /** @type {Path} */ (path).depth;
  let at = w;
  let names = "";
  for (let entry = path; entry !== undefined; entry = entry.outer) {
    const name = clean ? wellFormed(entry.name) : entry.name;
    words[--at] = name.length;
    words[--at] = entry.low;
    words[--at] = entry.high;
    names = name + names;
  }
  joined += names;
}

/**
 * Returns how many attributes it packed: all but the large strings that have crossed already.
 * @type {(pairs: Pairs, withoutLarge: boolean) => number}
 */
function packPairs(pairs, withoutLarge) {
  let count = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    const value = pairs[i + 1];
    if (withoutLarge && isLarge(value)) continue;
    words[w++] = add(pairs[i]);
    packValue(value);
    count++;
  }
  return count;
}

/** @type {(key: string, value: Value) => number} */
function packSmall(key, value) {
  if (value === undefined || isLarge(value)) return 0;
  words[w++] = add(key);
  packValue(value);
  return 1;
}

function packValue(/** @type {Value} */ value) {
  switch (typeof value) {
    case "string":
      words[w++] = (add(value) << 4) | STRING;
      return;
    case "number":
      return packNumber(value);
    case "boolean":
      words[w++] = value ? TRUE : FALSE;
      return;
    case "bigint":
      words[w++] = Number(value & 0xffffffffn);
      words[w++] = Number((value >> 32n) & 0xffffffffn);
      words[w++] = INT64;
      return;
    case "object":
      if (Array.isArray(value)) return packArray(value);
      if (value !== null) return packBytes(/** @type {Uint8Array} */ (value));
  }
  words[w++] = EMPTY;
}

function packNumber(/** @type {number} */ value) {
  if ((value | 0) === value) {
    words[w++] = value;
    words[w++] = INT32;
  } else if (
    Number.isInteger(value) &&
    value >= -(2 ** 63) &&
    value < 2 ** 63
  ) {
    words[w++] = value % 2 ** 32;
    words[w++] = Math.floor(value / 2 ** 32);
    words[w++] = INT64;
  } else {
    floats[f++] = value;
    words[w++] = DOUBLE;
  }
}

function packArray(/** @type {readonly Value[]} */ value) {
  for (let i = 0; i < value.length; i++) packValue(value[i]);
  words[w++] = (value.length << 4) | ARRAY;
}

function packBytes(/** @type {Uint8Array} */ value) {
  for (let i = 0; i < value.length; i += 4) {
    words[w++] =
      value[i] |
      (value[i + 1] << 8) |
      (value[i + 2] << 16) |
      (value[i + 3] << 24);
  }
  words[w++] = (value.length << 4) | BYTES;
}

/** @type {(event: Event, started: number) => void} */
function packEvent({ name, time: known, pairs }, started) {
  const time = known === 0 ? started : known;
  const nameUnits = add(name);
  floats[f++] = Math.floor(time);
  const count = packPairs(pairs, false);
  words[w++] = nameUnits;
  words[w++] = nanoseconds(time);
  words[w++] = count;
}

/** @param {Link} link */
function packLink({ trace, high, low, pairs }) {
  const count = packPairs(pairs, false);
  words[w++] = trace[0];
  words[w++] = trace[1];
  words[w++] = trace[2];
  words[w++] = trace[3];
  words[w++] = high;
  words[w++] = low;
  words[w++] = count;
}

function add(/** @type {string} */ string) {
  if (clean) string = wellFormed(string);
  joined += string;
  return string.length;
}

function nanoseconds(/** @type {number} */ ms) {
  return Math.round((ms - Math.floor(ms)) * 1e6);
}
