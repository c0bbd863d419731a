// Streams whose spans are still open, and how long a flush waits for them.

import { thisRequest } from "../host/request.js";
import { canSendLater } from "../host/send-later.js";
import { shared } from "../host/shared.js";

// A stream that nobody begins to read, or that stands still, is given up after this long.
const PATIENCE_MS = 5_000;
const LOOK_MS = 50;

const open = shared("streams", () => new Set());

/** Registers a stream; `end(incomplete)` ends its span. */
export function openStream(end) {
  const request = thisRequest();
  const stream = {
    request,
    movedAt: undefined,
    // The flush of its request did not wait to its end, or is over: nobody else sends this span.
    givenUp: canSendLater() && request.flushed,
    end,
  };
  open.add(stream);
  return stream;
}

export function hasOpenStreams() {
  return open.size > 0;
}

export function closeStream(stream) {
  open.delete(stream);
}

export function moved(stream) {
  stream.movedAt = performance.now();
}

/** The request that runs has called flush. */
export function noteFlush() {
  if (canSendLater()) thisRequest().flushed = true;
}

/** Waits, by its own timer, for the streams of the request that runs. */
export async function waitForStreams() {
  const began = performance.now();
  const mine = thisRequest();
  for (;;) {
    const own = [...open].filter(({ request }) => request === mine);
    const awaited = own.filter((stream) => isWorthWaiting(stream, began));
    if (awaited.length === 0) {
      for (const stream of own) stream.givenUp = true;
      return;
    }
    if (!(await pause())) return;
  }
}

/** Ends the spans of this request's open streams as they are; the streams go on. */
export function cutStreams() {
  if (open.size === 0) return;
  const mine = thisRequest();
  for (const stream of [...open]) if (stream.request === mine) stream.end(true);
}

function isWorthWaiting({ movedAt }, began) {
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
