// One result that arrives over time: what went through it, and the end of its span, once.

import { callerWith } from "../context/reentry.js";
import { exportNow } from "../record/background.js";
import { quietTimer } from "../host/quiet-timer.js";
import { closeStream, moved, openStream } from "./open-streams.js";
import { Transcript } from "./transcript.js";

// Not every runtime says that a client has left: a stream that stands still for this long has ended for
// its span. Before its first chunk a slow source is given ten times as much.
const STILL_MS = 60_000;
const FIRST = 10;

/**
 * Ends the span.
 * @typedef {(output: unknown, incomplete?: boolean, failure?: { error: unknown }) => void} Finish
 * @typedef {import("../span/span.js").Span} Span
 * @typedef {{ own?: boolean, only?: Function }} WatchOptions
 */

export class Watch {
  /**
   * `finish(output, incomplete, failure)` ends the span. `own`: no flush is to wait for it, and what went
   * through is not recorded. `only`: what a promise gives is not followed any further.
   * @param {Span} span
   * @param {Finish} finish
   * @param {WatchOptions} [options]
   */
  constructor(span, finish, { own = false, only } = {}) {
    this.span = span;
    this.finish = finish;
    this.own = own;
    this.only = only;
    this.ended = false;
    this.begun = false;
    this.type = "async-iterable";
    /** @type {Transcript | undefined} */
    this.transcript = undefined;
    /** @type {ReturnType<typeof quietTimer>} */
    this.timer = undefined;
    this.moves = 0;
    // Its moves when the timer last fired, and how often that has found no others.
    this.movesSeen = 0;
    this.looks = 0;
    /** @type {import("../context/reentry.js").Caller | undefined} */
    this.caller = undefined;
    /**
     * What its methods gave, which may be the same each time.
     * @type {WeakSet<object> | undefined}
     */
    this.seen = undefined;
    /** @type {import("./open-streams.js").OpenStream | undefined} */
    this.stream = undefined;
    // Promises that the user has taken and that have not settled.
    this.pending = 0;
    // It is a stream, or one of them has given one.
    this.isStream = false;
    /**
     * Tells of a reader that has not been given anything yet.
     * @type {(() => boolean) | undefined}
     */
    this.isRead = undefined;
    // Ways of reading it that are watched, and the one that was begun first: a second reading is nobody's
    // span.
    this.readers = 0;
    /** @type {unknown} */
    this.reader = undefined;
    // A listener of ours hears its end; its own methods are at work for us.
    this.listens = false;
    this.inside = false;
  }

  /** A flush waits for it from here on. */
  open() {
    if (!this.own && !this.ended) this.stream ??= openStream(this);
  }

  /** No flush waits for it, until it is opened again. */
  close() {
    if (this.stream !== undefined) closeStream(this.stream);
    this.stream = undefined;
  }

  /** It is not followed after all, and its span is somebody else's to end. */
  drop() {
    this.ended = true;
    this.close();
  }

  /** The user has taken a promise of what comes: for a stream, that is reading it. */
  take() {
    this.pending++;
    // A promise is awaited like any other, and no flush waits for those.
    if (this.isStream) this.begin();
    else this.close();
  }

  /** Whether somebody has begun to read. */
  hasBegun() {
    if (!this.begun && this.isRead?.()) this.begin();
    return this.begun;
  }

  /** Somebody reads. */
  begin() {
    if (this.ended) return;
    this.moves++;
    if (this.begun) return;
    this.begun = true;
    this.movesSeen = this.moves;
    if (this.stream !== undefined) moved(this.stream);
    this.lookLater();
  }

  /**
   * Calls a method of what is watched with its span active.
   * @type {import("../context/reentry.js").Caller}
   */
  run(method, self, args) {
    this.caller ??= callerWith(this.span);
    return this.caller(method, self, args);
  }

  /** @param {unknown} value */
  chunk(value) {
    if (this.ended) return;
    this.begin();
    if (this.stream !== undefined) moved(this.stream);
    this.transcript ??= new Transcript(this.type);
    if (!this.own) this.transcript.add(value);
  }

  /**
   * Whether `reader` is the one that was begun first.
   * @param {unknown} reader
   */
  reads(reader) {
    this.reader ??= reader;
    return this.reader === reader && !this.ended;
  }

  /**
   * @param {boolean} incomplete
   * @param {{ error: unknown }} [failure]
   */
  end(incomplete, failure) {
    // A promise has no output until it gives one.
    const seen =
      this.transcript ??
      (this.isStream ? new Transcript(this.type) : undefined);
    this.endWith(seen?.output(), incomplete, failure);
  }

  /**
   * Somebody who reads a pipe has had enough; resolves when the source knows.
   * @param {ReadableStreamDefaultReader} reader
   * @param {unknown} reason
   */
  leave(reader, reason) {
    this.end(true);
    return reader.cancel(reason);
  }

  /** @type {Finish} */
  endWith(output, incomplete, failure) {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.timer);
    const givenUp = this.stream?.givenUp;
    this.close();
    this.finish(output, incomplete, failure);
    if (givenUp) exportNow();
  }

  /** Looks after a while whether anything has moved. */
  lookLater() {
    this.timer = quietTimer(() => {
      this.looks = this.moves === this.movesSeen ? this.looks + 1 : 0;
      this.movesSeen = this.moves;
      if (this.looks === (this.transcript ? 1 : FIRST)) this.end(true);
      else this.lookLater();
    }, STILL_MS);
  }
}
