// Watches the body of a response to its end, if another Response can replace it.

import { quietTimer } from "../host/quiet-timer.js";
import { exportNow } from "../record/background.js";
import { fail, INCOMPLETE } from "../observe/observe.js";
import { endShowing } from "../observe/shown-call.js";
import { canHandOn, handOn, isCompressed, moveOn } from "../streams/pipe.js";
import { Watch } from "../streams/watch.js";

/** @typedef {import("../span/span.js").Span} Span */

// How long to wait for a body that is not read, such as in a test that checks only the status.
const PATIENCE_MS = 5_000;

/**
 * Returns the Response that replaces `response`, and a promise of the end of its body; undefined if the
 * response is not replaced. The span ends with the body.
 * @param {Response} response
 * @param {{ span: Span, request: Request }} event
 */
export function followBody(response, { span, request }) {
  if (request.method === "HEAD") return undefined;
  // A level that records nothing holds in what the program's own body runs when it is read.
  if (!span.recording && (span.level === undefined || response.url !== ""))
    return undefined;
  // A compressed body would be decompressed and compressed again, and lose its length.
  if (!canHandOn(response) || isCompressed(response)) return undefined;
  /** @type {() => void} */
  let resolve;
  /** @type {Promise<void>} */
  const ended = new Promise((done) => (resolve = done));
  let givenUp = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;
  const watch = new Watch(
    span,
    /** @type {import("../observe/observe.js").Finish} */
    (_, incomplete, failure) => {
      clearTimeout(patience);
      if (incomplete) span.setAttribute(INCOMPLETE, true);
      if (failure !== undefined) fail(span, failure.error);
      endShowing(span);
      if (givenUp) exportNow();
      else resolve();
    },
    { own: true },
  );
  const moved = moveOn(response, watch);
  const copy = moved ?? handOn(response, watch);
  patience = quietTimer(() => {
    if (!watch.begun && !watch.isRead?.()) return watch.end(true);
    // A reader waits for the first chunk. The flush no longer waits, so the span is exported when it ends.
    givenUp = moved === undefined && watch.transcript === undefined;
    if (givenUp) resolve();
  }, PATIENCE_MS);
  return { response: copy, ended };
}
