// The answer of a call, which says to its span what goes through it. Nothing is read that the program does not read.

import { isCompressed, canHandOn, handOn } from "../streams/pipe.js";
import { Watch } from "../streams/watch.js";
import { quietTimer } from "../host/quiet-timer.js";
import { CANCELLED, COMPLETE, CUT, FAILED, UNREAD } from "./call.js";

/** @typedef {import("./call.js").Call} Call */

// What is read of an error that its client throws away: providers say there what is wrong.
const MAX_ERROR_BYTES = 64 << 10;
const MAX_ERROR_MS = 1000;

const METHODS = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"];

/** Stands where a watch keeps what went through: the call has it. */
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
     * What the program reads.
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
    // The client does not wait for this, and there is nothing to be billed.
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
      // It broke off: what came is what there is.
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
    // It takes nothing of ours.
    watch.drop();
    call.end(UNREAD);
  }
  return response;
}

/**
 * A body of known length, or one that came compressed, would not be the same behind a pipe when it is given to a
 * client as it is. So the Response stays, and only who reads it in JavaScript reads through one.
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
