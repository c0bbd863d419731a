// Collects what went through a stream as the output of its span, up to a limit; bytes are decoded as text.

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

  output() {
    return { type: this.type, chunks: this.chunks };
  }
}
