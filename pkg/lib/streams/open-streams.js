// Streams whose spans are still open, and how long a flush waits for them.

import { noteFlushed, thisRequest } from "../host/request.js";
import { canSendLater } from "../host/send-later.js";
import { shared } from "../host/shared.js";

// A flush waits this long for a stream that nobody begins to read, or that stands still.
const PATIENCE_MS = 5_000;
const LOOK_MS = 50;
// Timers die with their request: what it left open ends as incomplete when others are opened later.
const DEAD_MS = 660_000;

/**
 * @typedef {import("./watch.js").Watch} Watch
 * @typedef {object} OpenStream
 * @property {import("../host/request.js").Note} request
 * @property {number} openedAt
 * @property {number} [movedAt]
 * @property {number} [leftAt]
 * @property {boolean} givenUp
 * @property {Watch} watch
 */

/** @type {Set<OpenStream>} */
const open = shared("streams", () => new Set());

/**
 * Registers a stream by what watches it.
 * @param {Watch} watch
 * @returns {OpenStream}
 */
export function openStream(watch) {
  endDead();
  const request = thisRequest();
  const stream = {
    request,
    openedAt: performance.now(),
    movedAt: undefined,
    // The last move of a stream when a flush went without it.
    leftAt: undefined,
    // The flush of its request did not wait to its end, or is over: nobody else sends this span.
    givenUp: canSendLater() && request.flushed,
    watch,
  };
  open.add(stream);
  return stream;
}

function endDead() {
  const now = performance.now();
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

/** @param {OpenStream} stream */
export function moved(stream) {
  stream.movedAt = performance.now();
}

/** The request that runs has called flush. */
export function noteFlush() {
  if (!canSendLater()) return;
  // Streams are known by their request's note.
  if (open.size === 0) noteFlushed();
  else thisRequest().flushed = true;
}

/**
 * Waits, by its own timer, for the streams of the request that runs. One that nobody begins to read ends as
 * incomplete after that; no flush waits again for one that stands still.
 */
export async function waitForStreams() {
  const began = performance.now();
  const mine = thisRequest();
  const own = [...open].filter(({ request }) => request === mine);
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
  // Its span leaves with the flush that waited.
  if (!stream.watch.hasBegun()) return stream.watch.end(true);
  stream.givenUp = true;
  stream.leftAt = stream.movedAt;
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
function isWorthWaiting({ movedAt, leftAt }, began) {
  if (movedAt !== undefined && movedAt === leftAt) return false;
  return performance.now() - (movedAt ?? began) < PATIENCE_MS;
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
