// Collects what went through a stream as the output of its span, up to a limit; bytes are decoded as text.

import { mayHide } from "../record/redact.js";

/** @import { Destination } from "../options/destination.js" */

const MAX_UNITS = 10_485_760;

export class Transcript {
  /** @param {string} type */
  constructor(type) {
    this.type = type;
    /** @type {unknown[]} */
    this.chunks = [];
    this.units = 0;
    /** @type {TextDecoder | undefined} */
    this.decoder = undefined;
  }

  /** @param {unknown} chunk */
  add(chunk) {
    if (this.units >= MAX_UNITS) return;
    const seen = chunk instanceof Uint8Array ? this.decode(chunk) : chunk;
    if (seen === "") return;
    // Objects are kept as they are and become JSON when the span ends, so later changes show.
    this.units += typeof seen === "string" ? seen.length : 64;
    this.chunks.push(seen);
  }

  /** @param {Uint8Array} bytes */
  decode(bytes) {
    this.decoder ??= new TextDecoder();
    return this.decoder.decode(bytes, { stream: true });
  }

  /** @param {Destination | undefined} destination Whose redaction holds. */
  output(destination) {
    return { type: this.type, chunks: whole(this.chunks, destination) };
  }
}

/**
 * Joins the texts in which something is to be redacted: a secret may be spread over several chunks.
 * @param {unknown[]} chunks
 * @param {Destination | undefined} destination
 */
function whole(chunks, destination) {
  if (!destination?.redaction?.on) return chunks;
  const joined = [];
  for (let at = 0; at < chunks.length; at++) {
    if (!isText(chunks[at]) || !isText(chunks[at + 1])) {
      joined.push(chunks[at]);
      continue;
    }
    const first = at;
    while (isText(chunks[at + 1])) at++;
    const texts = chunks.slice(first, at + 1);
    const text = texts.join("");
    if (mayHide(text, destination)) joined.push(text);
    else joined.push(...texts);
  }
  return joined;
}

/** @param {unknown} chunk */
function isText(chunk) {
  return typeof chunk === "string";
}
