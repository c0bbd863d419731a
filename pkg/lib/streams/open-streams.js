// Streams whose spans are still open, and how long a flush waits for them.

import { activeSpan } from "../context/context.js";
import { noteFlushed, thisRequest } from "../host/request.js";
import { canSendLater } from "../host/send-later.js";
import { shared } from "../host/shared.js";

// A flush waits this long for a stream that nobody begins to read, or that stands still.
const PATIENCE_MS = 5_000;
const LOOK_MS = 50;
// The timers of a killed request never fire. Streams that it left open end as incomplete when later ones are
// opened.
const DEAD_MS = 660_000;

/**
 * @typedef {import("../span/span.js").Span} Span
 * @typedef {import("./watch.js").Watch} Watch
 * @typedef {object} OpenStream
 * @property {import("../host/request.js").Note} request
 * @property {number} openedAt
 * @property {number} [movedAt]
 * @property {number} moves The watch's moves at that time.
 * @property {number} [leftMoves] The watch's moves when a flush stopped waiting for the stream.
 * @property {boolean} givenUp
 * @property {Watch} watch
 */

/** @type {Set<OpenStream>} */
const open = shared("streams", () => new Set());

/**
 * Registers the stream of a watch.
 * @param {Watch} watch
 * @returns {OpenStream}
 */
export function openStream(watch) {
  const now = performance.now();
  endDead(now);
  const request = thisRequest();
  const stream = {
    request,
    openedAt: now,
    moves: 0,
    // No flush of its request will send this span: the flush is over, or has stopped waiting.
    givenUp: canSendLater() && request.flushed,
    watch,
  };
  open.add(stream);
  return stream;
}

/** @param {number} now */
function endDead(now) {
  for (const { movedAt, openedAt, watch } of open) {
    if (now - (movedAt ?? openedAt) < DEAD_MS) return;
    watch.end(true);
  }
}

export function hasOpenStreams() {
  return open.size > 0;
}

/** @param {OpenStream} stream */
export function closeStream(stream) {
  open.delete(stream);
}

/**
 * Notes that a stream has moved. To read the clock for each chunk would cost more than the chunk, so this is
 * called when somebody begins to read, by the timer of the watch, and by a flush that waits.
 * @param {OpenStream} stream
 */
export function moved(stream) {
  stream.movedAt = performance.now();
  stream.moves = stream.watch.moves;
}

/** Notes that the request that runs has called flush. */
export function noteFlush() {
  if (!canSendLater()) return;
  // Streams are known by their request's note.
  if (open.size === 0) noteFlushed();
  else thisRequest().flushed = true;
}

/**
 * Waits for the streams of the request that runs, by a timer of that request. A stream that nobody begins to
 * read ends as incomplete, and no flush waits twice for a stream that stands still.
 */
export async function waitForStreams() {
  const began = performance.now();
  const mine = thisRequest();
  const above = new Set();
  for (let at = activeSpan()?.path; at !== undefined; at = at.outer)
    above.add(at);
  const own = [...open].filter((stream) => {
    if (!above.has(stream.watch.span.path)) return stream.request === mine;
    // A source that waits for this flush cannot end its stream.
    stream.givenUp = true;
    return false;
  });
  for (;;) {
    const left = own.filter((stream) => open.has(stream));
    if (!left.some((stream) => isWorthWaiting(stream, began))) {
      for (const stream of left) giveUp(stream);
      return;
    }
    if (!(await pause())) return;
  }
}

/** @param {OpenStream} stream */
function giveUp(stream) {
  // The flush that waited sends its span.
  if (!stream.watch.hasBegun()) return stream.watch.end(true);
  stream.givenUp = true;
  stream.leftMoves = stream.watch.moves;
}

/** Ends the spans of this request's open streams as they are; the streams go on. */
export function cutStreams() {
  if (open.size === 0) return;
  const mine = thisRequest();
  for (const stream of [...open])
    if (stream.request === mine) stream.watch.end(true);
}

/**
 * @param {OpenStream} stream
 * @param {number} began
 */
function isWorthWaiting(stream, began) {
  const { moves } = stream.watch;
  if (moves === stream.leftMoves) return false;
  // A read that waits for the next chunk counts as a move.
  if (moves !== stream.moves) moved(stream);
  return performance.now() - (stream.movedAt ?? began) < PATIENCE_MS;
}

function pause() {
  return new Promise((resolve) => {
    try {
      setTimeout(() => resolve(true), LOOK_MS);
    } catch {
      // A Worker's global scope has no timers, and no streams either.
      resolve(false);
    }
  });
}
