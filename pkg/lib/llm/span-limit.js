// Limits what a span holds: a span too large for a request would be dropped, with its tokens and its cost.

import { callCore } from "../core/instance.js";

const DEFAULT_REQUEST_BYTES = 4 << 20;
// The bytes of a span besides its long texts.
const RESERVE_BYTES = 256 << 10;
// Shorter texts are not counted.
const SHORT_UNITS = 16 << 10;

const encoder = new TextEncoder();

/** How many bytes of long texts one span may still take. */
export class SpanLimit {
  constructor() {
    const limit = callCore(
      (exports) => exports.request_bytes(),
      DEFAULT_REQUEST_BYTES,
    );
    this.bytes = limit - Math.min(RESERVE_BYTES, limit / 4);
  }

  /** Returns whether there is room for a value; if so, reserves it. @param {unknown} value */
  takes(value) {
    if (typeof value !== "string" || value.length <= SHORT_UNITS) return true;
    const bytes = encoder.encode(value).length;
    if (bytes > this.bytes) return false;
    this.bytes -= bytes;
    return true;
  }
}
