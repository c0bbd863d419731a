// Redaction as far as it is done in JavaScript: its rules on their way into the core, the program's own
// patterns, and texts that leave by another way than a span's. The core finds everything else.

import { censorBy } from "../host/warn.js";
import {
  countDestinations,
  knownDestinations,
  registerDestination,
} from "../options/destination.js";
import { anyConfiguration } from "../options/configuration.js";
import { liveInstance, lose } from "../core/instance.js";
import { DETECT_SECRETS } from "../../wasm/constants.js";
import { encoder, reserve, staged, text } from "../core/staging.js";
import { replaceMatches } from "./patterns.js";

/** @import { Destination, Instance } from "../core/instance.js" */
/** @import { Path } from "../context/span-context.js" */
/** @import { Redaction } from "../options/redact.js" */
/** @import { Span } from "../span/span.js" */
/** @import { Pairs } from "./pairs.js" */
/** @typedef {(text: string) => string} Change */

const FAILED = "[REDACTED_FAILED]";
/** No destination. */
const NOWHERE = 0xffffffff;
/** Where the key of pseudonyms stands: 16 bytes, the last of which is the zero after it if there is none. */
const KEY_ROOM = "\0".repeat(15);
/** How many destinations' keys are given to the core. */
const NEWEST = 64;

const decoder = new TextDecoder();
let busy = false;

/**
 * Returns what is redacted in the spans of a destination, undefined for nothing, and makes sure that the
 * instance knows it. The keys of all destinations are secrets, so the rules change with each new one.
 * @type {(destination: Destination, instance: Instance, id: number) => Redaction | undefined}
 */
export function rulesOf(destination, instance, id) {
  const { redaction } = destination;
  if (redaction === undefined || !redaction.on) return undefined;
  const count = countDestinations();
  if (destination.ruled !== instance || destination.keys !== count) {
    putRules(destination, redaction, instance, id);
    destination.ruled = instance;
    destination.keys = count;
  }
  return redaction;
}

/** @type {(destination: Destination, redaction: Redaction, instance: Instance, id: number) => void} */
function putRules(destination, { detectors, entries, key }, instance, id) {
  const keys = new Set([destination.key]);
  // The newest are the likeliest to be met; the core takes the first ones, and far fewer than these.
  const newest = knownDestinations().slice(-NEWEST).reverse();
  for (const each of newest) keys.add(each.key);
  const secrets =
    detectors & DETECT_SECRETS ? Array.from(keys, (each) => `s${each}`) : [];
  const written = stage(instance, [KEY_ROOM, ...secrets, entries].join("\0"));
  if (key !== undefined) text.set(key);
  instance.exports.set_redaction(id, detectors, key !== undefined, written);
}

/**
 * Writes a text into the staging memory, and returns its bytes.
 * @type {(instance: Instance, value: string) => number}
 */
function stage(instance, value) {
  staged(instance);
  if (3 * value.length > text.length) reserve(instance, 0, 0, 3 * value.length);
  return encoder.encodeInto(value, text).written;
}

/**
 * Returns a text as it may leave. If it belongs to the span that is about to end, what was replaced counts
 * for it. Throws if the call ends the instance.
 * @type {(value: string, redaction: Redaction, instance: Instance, id: number, ofSpan: boolean) => string}
 */
export function redacted(value, redaction, instance, id, ofSpan) {
  const own = matchesReplaced(value, redaction, instance, id, ofSpan);
  return inCore(own, instance, id, ofSpan);
}

/**
 * Has the core redact a text. `mark` is 0, or 1 for a match of a pattern and 2 for a text that could not be
 * searched, which the core then replaces whole.
 * @type {(value: string, instance: Instance, id: number, ofSpan: boolean, mark?: number) => string}
 */
function inCore(value, instance, id, ofSpan, mark = 0) {
  const bytes = stage(instance, value);
  const left = instance.exports.redact_text(id, bytes, ofSpan, mark);
  if (left < 0) return value;
  staged(instance);
  return decoder.decode(text.subarray(0, left));
}

/** @type {(value: string, redaction: Redaction, instance: Instance, id: number, ofSpan: boolean) => string} */
function matchesReplaced(value, redaction, instance, id, ofSpan) {
  return replaceMatches(
    value,
    redaction,
    (found, failed) => inCore(found, instance, id, ofSpan, failed ? 2 : 1),
    (whole) => inCore(whole, instance, id, ofSpan),
  );
}

/**
 * Replaces what the program's own patterns find in a span, and returns the path as it may leave. Others have
 * parts of the path, so it is not changed.
 * @type {(span: Span, redaction: Redaction, instance: Instance, id: number) => Path}
 */
export function replaceIn(span, redaction, instance, id) {
  /** @type {Change} */
  const change = (value) =>
    matchesReplaced(value, redaction, instance, id, true);
  span.name = change(span.name);
  span.statusMessage = change(span.statusMessage);
  span.input = changed(span.input, change);
  span.output = changed(span.output, change);
  changePairs(span.pairs, change);
  for (const event of span.events ?? []) {
    event.name = change(event.name);
    changePairs(event.pairs, change);
  }
  for (const link of span.links ?? []) changePairs(link.pairs, change);
  return /** @type {Path} */ (changedPath(span.path, change));
}

/** @type {(pairs: Pairs, change: Change) => void} */
function changePairs(pairs, change) {
  for (let i = 1; i < pairs.length; i += 2)
    pairs[i] = changed(pairs[i], change);
}

/** @type {(value: any, change: Change) => any} */
function changed(value, change) {
  if (typeof value === "string") return change(value);
  return Array.isArray(value)
    ? value.map((each) => changed(each, change))
    : value;
}

/** @type {(entry: Path | undefined, change: Change) => Path | undefined} */
function changedPath(entry, change) {
  if (entry === undefined) return undefined;
  const outer = changedPath(entry.outer, change);
  return { ...entry, name: change(entry.name), outer };
}

/**
 * Returns a text as it may leave for the console or a Tail Worker. What cannot be searched is not shown,
 * except before there is an instance.
 * @type {(value: string, destination: Destination | undefined) => string}
 */
export function shownText(value, destination) {
  if (busy || value === "") return value;
  const redaction = destination?.redaction;
  if (redaction !== undefined && !redaction.on) return value;
  busy = true;
  const instance = liveInstance();
  try {
    if (instance === undefined) return value;
    if (destination === undefined || redaction === undefined)
      return inCore(value, instance, NOWHERE, false);
    const id = registerDestination(destination, instance);
    rulesOf(destination, instance, id);
    return redacted(value, redaction, instance, id, false);
  } catch (error) {
    lose(/** @type {Instance} */ (instance), "trap", error);
    return FAILED;
  } finally {
    busy = false;
  }
}

/**
 * Returns whether something in a text is to be replaced; true if that cannot be told.
 * @type {(value: string, destination: Destination) => boolean}
 */
export function mayHide(value, destination) {
  return (
    liveInstance() === undefined || shownText(value, destination) !== value
  );
}

censorBy((message) => shownText(message, anyConfiguration()?.destination));
