// The body of a response, followed to its end, where another Response can stand in for it.

import { quietTimer } from "../host/quiet-timer.js";
import { exportNow } from "../record/background.js";
import { fail, INCOMPLETE } from "../observe/observe.js";
import { endShowing } from "../observe/shown-call.js";
import { canHandOn, handOn, isCompressed, moveOn } from "../streams/pipe.js";
import { Watch } from "../streams/watch.js";

/** @typedef {import("../span/span.js").Span} Span */

// A body that nobody begins to read (a test that looks at the status only) is not waited for longer.
const PATIENCE_MS = 5_000;

/**
 * A Response to give in place of `response`, and when its body has ended; undefined if it is to be
 * given as it is. Ends the span.
 * @param {Response} response
 * @param {{ span: Span, request: Request }} event
 */
export function followBody(response, { span, request }) {
  if (!span.recording || request.method === "HEAD") return undefined;
  // What came compressed would be packed anew, without its length.
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
    // Somebody waits for a first chunk: the span leaves when it ends.
    givenUp = moved === undefined && watch.transcript === undefined;
    if (givenUp) resolve();
  }, PATIENCE_MS);
  return { response: copy, ended };
}
