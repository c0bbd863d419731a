// Watches one result that arrives over time: collects what goes through it and ends its span once.

import { callerWith } from "../context/reentry.js";
import { exportNow } from "../record/background.js";
import { quietTimer } from "../host/quiet-timer.js";
import { closeStream, moved, openStream } from "./open-streams.js";
import { Transcript } from "./transcript.js";

// Not every runtime says that a client has left, so the span of a stream that stands still for this long ends.
// Before the first chunk the limit is ten times as long, because a model may begin late.
const STILL_MS = 60_000;
const FIRST = 10;

/**
 * Ends the span.
 * @typedef {(output: unknown, incomplete?: boolean, failure?: { error: unknown }) => void} Finish
 * @typedef {import("../span/span.js").Span} Span
 * @typedef {{ own?: boolean, only?: Function, silent?: boolean }} WatchOptions
 */

export class Watch {
  /**
   * `finish(output, incomplete, failure)` ends the span. `own`: no flush is to wait for it, and what went
   * through is not recorded. `only`: what a promise gives is not followed any further. `silent`: what goes through
   * is not recorded.
   * @param {Span} span
   * @param {Finish} finish
   * @param {WatchOptions} [options]
   */
  constructor(span, finish, { own = false, only, silent = own } = {}) {
    this.span = span;
    this.finish = finish;
    this.own = own;
    this.only = only;
    this.silent = silent;
    this.ended = false;
    this.begun = false;
    this.type = "async-iterable";
    /** @type {Transcript | undefined} */
    this.transcript = undefined;
    /** @type {ReturnType<typeof quietTimer>} */
    this.timer = undefined;
    this.moves = 0;
    // The moves when the timer last fired, and how often in a row it has found no new ones.
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
    // How many promises the user has taken that have not settled.
    this.pending = 0;
    // The result is a stream, or a promise has given one.
    this.isStream = false;
    /**
     * Tells of a reader that has not been given anything yet.
     * @type {(() => boolean) | undefined}
     */
    this.isRead = undefined;
    // How many ways of reading are watched, and which one was begun first. Other readings are not recorded.
    this.readers = 0;
    /** @type {unknown} */
    this.reader = undefined;
    // Whether a listener of ours waits for the end, and whether a method runs that we have called.
    this.listens = false;
    this.inside = false;
  }

  /** Makes flushes wait for the stream. */
  open() {
    if (!this.own && !this.ended) this.stream ??= openStream(this);
  }

  /** Lets flushes go without the stream, until it is opened again. */
  close() {
    if (this.stream) closeStream(this.stream);
    this.stream = undefined;
  }

  /** Stops following. The caller ends the span. */
  drop() {
    this.ended = true;
    this.close();
  }

  /** Notes that the user has taken a promise; for a stream, that counts as reading. */
  take() {
    this.pending++;
    // No flush waits for a promise that is awaited.
    if (this.isStream) this.begin();
    else this.close();
  }

  /** Returns whether somebody has begun to read. */
  hasBegun() {
    if (!this.begun && this.isRead?.()) this.begin();
    return this.begun;
  }

  /** Notes that somebody reads. */
  begin() {
    if (this.ended) return;
    this.moves++;
    if (this.begun) return;
    this.begun = true;
    this.movesSeen = this.moves;
    if (this.stream) moved(this.stream);
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
    this.transcript ??= new Transcript(this.type);
    if (!this.silent) this.transcript.add(value);
  }

  /**
   * Returns whether `reader` is the one that was begun first.
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
    // A promise without a stream has no output.
    if (this.isStream) this.transcript ??= new Transcript(this.type);
    const output = this.transcript?.output(this.span.destination);
    this.endWith(output, incomplete, failure);
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

  /** Starts the timer that looks whether the stream has moved, and ends the span if it has not. */
  lookLater() {
    this.timer = quietTimer(() => {
      const hasMoved = this.moves !== this.movesSeen;
      this.looks = hasMoved ? 0 : this.looks + 1;
      this.movesSeen = this.moves;
      if (hasMoved && this.stream) moved(this.stream);
      if (this.looks === (this.transcript ? 1 : FIRST)) this.end(true);
      else this.lookLater();
    }, STILL_MS);
  }
}
