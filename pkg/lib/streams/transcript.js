// What went through a stream, as its span's output: bounded, text where it is text.

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
    // Objects may change after they were passed on; JSON of them is taken when the span ends.
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
