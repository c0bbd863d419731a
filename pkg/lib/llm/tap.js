// The answer of a call: its span sees the bytes that the program reads, and nothing is read besides.

import { isCompressed, canHandOn, handOn } from "../streams/pipe.js";
import { Watch } from "../streams/watch.js";
import { quietTimer } from "../host/quiet-timer.js";
import { CANCELLED, COMPLETE, CUT, FAILED, UNREAD } from "./call.js";

/** @typedef {import("./call.js").Call} Call */

// So many bytes are read of an error that its client discards, because they name the reason.
const MAX_ERROR_BYTES = 64 << 10;
const MAX_ERROR_MS = 1000;

const METHODS = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"];

/** Replaces the watch's own record of chunks, which the call keeps already. */
const NOTHING = /** @type {any} */ ({ add() {}, output: () => undefined });

/** Watches the body of one answer for its call. */
export class CallWatch extends Watch {
  /** @param {Call} call */
  constructor(call) {
    super(call.span, (_, incomplete, failure) =>
      call.end(this.howItEnded(incomplete, failure), failure),
    );
    this.call = call;
    this.isStream = true;
    this.left = false;
    /**
     * The stream that the program reads.
     * @type {ReadableStream | null | undefined}
     */
    this.body = undefined;
  }

  /** Some clients stop reading a stream without cancelling it. */
  hasBegun() {
    return super.hasBegun() && this.body?.locked !== false;
  }

  /** @param {boolean | undefined} incomplete @param {object | undefined} failure */
  howItEnded(incomplete, failure) {
    if (failure !== undefined) return this.left ? CANCELLED : FAILED;
    if (!incomplete) return COMPLETE;
    if (this.left) return CANCELLED;
    return this.begun ? CUT : UNREAD;
  }

  /** @param {unknown} value */
  chunk(value) {
    if (this.ended) return;
    this.transcript ??= NOTHING;
    super.chunk(value);
    this.call.chunk(value);
  }

  /**
   * @param {ReadableStreamDefaultReader} reader
   * @param {unknown} reason
   */
  leave(reader, reason) {
    this.left = true;
    if (this.call.status < 400 || this.transcript !== undefined)
      return super.leave(reader, reason);
    // The client does not wait for this, and an error costs no tokens.
    this.readError(reader, reason);
    return Promise.resolve();
  }

  /** @param {ReadableStreamDefaultReader} reader @param {unknown} reason */
  async readError(reader, reason) {
    const over = () => {
      this.end(true);
      reader.cancel(reason).catch(() => {});
    };
    const timer = quietTimer(over, MAX_ERROR_MS);
    try {
      for (let bytes = 0; bytes < MAX_ERROR_BYTES && !this.ended;) {
        const { done, value } = await reader.read();
        if (done) break;
        this.chunk(value);
        bytes += value.byteLength;
      }
    } catch {
      // The connection broke; the bytes until then are recorded.
    }
    clearTimeout(timer);
    over();
  }
}

/**
 * Returns the Response to give in place of `response`; its body ends the call.
 * @param {any} response
 * @param {Call} call
 */
export function tapResponse(response, call) {
  if (response.body == null || response.bodyUsed) {
    call.end(COMPLETE);
    return response;
  }
  const watch = new CallWatch(call);
  try {
    if (canHandOn(response) && !isCompressed(response)) {
      const copy = handOn(response, watch);
      watch.body = copy.body;
      watch.open();
      return copy;
    }
    tapInPlace(response, watch);
    watch.open();
  } catch {
    // The Response cannot be changed.
    watch.drop();
    call.end(UNREAD);
  }
  return response;
}

/**
 * Watches a body of known length or a compressed one. Behind a pipe the runtime would send it to a client in
 * another form, so the Response stays, and only reads in JavaScript go through the pipe.
 * @param {Response} response
 * @param {CallWatch} watch
 */
function tapInPlace(response, watch) {
  const { body } = response;
  /** @type {any} */
  let copy;
  const tapped = () => {
    copy ??= handOn(response, watch, { lazy: true, body });
    watch.body = copy.body;
    return copy;
  };
  /** @type {PropertyDescriptorMap} */
  const own = {
    body: { get: () => tapped().body },
    bodyUsed: {
      get: () =>
        copy?.bodyUsed ||
        Reflect.get(Object.getPrototypeOf(response), "bodyUsed", response),
    },
    clone: { value: () => tapped().clone(), writable: true },
  };
  for (const name of METHODS)
    if (name in response)
      own[name] = { value: () => tapped()[name](), writable: true };
  for (const key of Object.keys(own))
    Object.defineProperty(response, key, { ...own[key], configurable: true });
}
