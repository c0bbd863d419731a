// Replaces what the program's own regular expressions find. An engine cannot be interrupted, so long texts are
// searched in slices, and an expression that takes long is not used again.

import { shared } from "../host/shared.js";
import { warnOnce } from "../host/warn.js";
import { isHigh } from "../values/surrogates.js";

/** @import { Redaction } from "../options/redact.js" */
/** @typedef {(found: string, failed: boolean) => string} Mark */

const SLICE_UNITS = 256 << 10;
// What is found in the end of a slice may go on in the next one, so that begins before it.
const OVERLAP_UNITS = 1 << 10;
const MOST_MS = 50;

/** @type {Set<string>} */
const dropped = shared("patterns", () => new Set());
// Programs may change it.
const { exec } = RegExp.prototype;

/**
 * Returns the text with a mark for each match. A text that cannot be searched to its end is replaced whole.
 * `clean` replaces what the core knows, before the first match is: that may be a part of a secret, of which the
 * core would not know the rest.
 * @type {(text: string, redaction: Pick<Redaction, "patterns" | "allowed">, mark: Mark, clean: (text: string) => string) => string}
 */
export function replaceMatches(text, { patterns, allowed }, mark, clean) {
  let isClean = false;
  for (const pattern of patterns) {
    if (text === "") return text;
    if (dropped.has(String(pattern))) continue;
    let found = placesOf(text, pattern);
    if (found !== undefined && found.length > 0 && !isClean) {
      isClean = true;
      text = clean(text);
      found = placesOf(text, pattern);
    }
    if (found === undefined) return mark("", true);
    text = replaced(text, found, allowed, mark);
  }
  return text;
}

/** @type {(text: string, places: number[], allowed: Set<string>, mark: Mark) => string} */
function replaced(text, places, allowed, mark) {
  let shown = "";
  let done = 0;
  for (let i = 0; i < places.length; i += 2) {
    const match = text.slice(places[i], places[i + 1]);
    if (allowed.has(match)) continue;
    shown += text.slice(done, places[i]) + mark(match, false);
    done = places[i + 1];
  }
  return done === 0 ? text : shown + text.slice(done);
}

/**
 * Returns where each match begins and ends; undefined if the text was not searched to its end.
 * @type {(text: string, pattern: RegExp) => number[] | undefined}
 */
function placesOf(text, pattern) {
  /** @type {number[]} */
  const places = [];
  for (let from = 0; ;) {
    const isLast = from + SLICE_UNITS >= text.length;
    const slice =
      from === 0 && isLast ? text : text.slice(from, from + SLICE_UNITS);
    const end = isLast ? Infinity : SLICE_UNITS - OVERLAP_UNITS;
    let ms;
    try {
      ms = find(slice, pattern, from, end, places);
      // The process may have stood still meanwhile, so a second search decides.
      if (ms > MOST_MS) ms = find(slice, pattern, from, end, []);
    } catch {
      return undefined;
    }
    if (ms > MOST_MS) {
      dropped.add(String(pattern));
      warnOnce(
        `pattern ${pattern}`,
        `redact.patterns: ${pattern} took more than ${MOST_MS} ms and is not used again`,
      );
      if (!isLast) return undefined;
    }
    if (isLast) return places;
    from = Math.max(from + end, places.at(-1) ?? 0);
  }
}

/**
 * Adds where each match begins and ends. Returns how many ms that took.
 * @type {(slice: string, pattern: RegExp, from: number, end: number, places: number[]) => number}
 */
function find(slice, pattern, from, end, places) {
  const began = Date.now();
  pattern.lastIndex = 0;
  for (;;) {
    const match = exec.call(pattern, slice);
    if (match === null || match.index >= end) return Date.now() - began;
    // Within a surrogate pair an expression with the flag `u` would find the same place again.
    if (match[0] === "")
      pattern.lastIndex += isHigh(slice.charCodeAt(match.index)) ? 2 : 1;
    else places.push(from + match.index, from + match.index + match[0].length);
  }
}
