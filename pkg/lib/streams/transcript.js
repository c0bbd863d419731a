// Collects what went through a stream as the output of its span, up to a limit; bytes are decoded as text.

import { MAX_UNITS } from "../record/truncate.js";
import { mayHide } from "../record/redact.js";
import { toJson } from "../values/value.js";

/** @import { Destination } from "../options/destination.js" */

// What an object counts at least, and from which one on they are measured.
const OBJECT_UNITS = 64;
const FIRST_MEASURED = 8;

export class Transcript {
  /** @param {string} type */
  constructor(type) {
    this.type = type;
    /** @type {unknown[]} */
    this.chunks = [];
    this.units = 0;
    this.objectUnits = OBJECT_UNITS;
    /** @type {TextDecoder | undefined} */
    this.decoder = undefined;
  }

  /** @param {unknown} chunk */
  add(chunk) {
    if (this.units >= MAX_UNITS) return;
    let seen = chunk;
    if (chunk instanceof Uint8Array) {
      this.decoder ??= new TextDecoder();
      seen = this.decoder.decode(chunk, { stream: true });
    }
    if (seen === "") return;
    // Objects are kept as they are and become JSON when the span ends, so later changes show.
    // To measure each object would cost as much as the output, so the 8th, 16th, 32nd chunk and so on stand for
    // those that follow.
    const count = this.chunks.length;
    if (count > 7 && (count & (count - 1)) === 0)
      this.objectUnits = String(toJson(seen)).length + 64;
    this.units += isText(seen) ? seen.length : this.objectUnits;
    this.chunks.push(seen);
  }

  /** @param {Destination | undefined} destination Whose redaction holds. */
  output(destination) {
    return { type: this.type, chunks: joinedTexts(this.chunks, destination) };
  }
}

/**
 * Joins the texts in which something is to be redacted: a secret may be spread over several chunks.
 * @param {unknown[]} chunks
 * @param {Destination | undefined} destination
 */
function joinedTexts(chunks, destination) {
  if (!destination?.redaction?.on) return chunks;
  const joined = [];
  for (let at = 0; at < chunks.length; at++) {
    const first = at;
    while (isText(chunks[at]) && isText(chunks[at + 1])) at++;
    const texts = chunks.slice(first, at + 1);
    const text = at > first && texts.join("");
    const whole = text && mayHide(text, destination);
    // They may be more than a call takes as arguments.
    for (const each of whole ? [text] : texts) joined.push(each);
  }
  return joined;
}

/** @param {unknown} chunk @returns {chunk is string} */
function isText(chunk) {
  return typeof chunk === "string";
}
