// The body of a response, followed to its end. Most bodies are left alone: what the runtime holds
// already has been made, and whatever is passed on untouched keeps its length and its encoding.

import { exportNow } from "../record/background.js";
import { fail, INCOMPLETE } from "../observe/observe.js";
import { endShowing } from "../observe/shown-call.js";
import { handOn } from "../streams/streams.js";

// A body that nobody begins to read (a test that looks at the status only) is not waited for longer.
const PATIENCE_MS = 5_000;

/**
 * A Response to give in place of `response`, and when its body has ended; undefined if it is to be
 * given as it is. Ends the span.
 */
export function followBody(response, { span, request }) {
  if (!span.recording || request.method === "HEAD") return undefined;
  const { body } = response;
  if (body === null || body.locked || isPassedOn(response)) return undefined;
  let resolve;
  const ended = new Promise((done) => (resolve = done));
  let givenUp = false;
  const patience = setTimeout(() => {
    givenUp = true;
    resolve();
  }, PATIENCE_MS);
  // Where timers keep a process alive, this one does not.
  patience?.unref?.();
  const watched = {
    chunk() {
      clearTimeout(patience);
    },
    end(incomplete, failure) {
      clearTimeout(patience);
      if (incomplete) span.setAttribute(INCOMPLETE, true);
      if (failure !== undefined) fail(span, failure.error);
      endShowing(span);
      if (givenUp) exportNow();
      else resolve();
    },
  };
  return { response: handOn(response, span, watched), ended };
}

/**
 * Text, bytes, files: all that workerd knows the length of; and what came compressed from elsewhere,
 * which would be unpacked and packed anew, without its length, if it passed through here.
 */
function isPassedOn({ body, headers }) {
  if (shown(body, "length") !== undefined) return true;
  return (
    headers.has("content-encoding") && shown(body, "supportsBYOB") === true
  );
}

/** What workerd shows of a native stream to whoever inspects it; undefined elsewhere. */
function shown(body, property) {
  const key = Object.getOwnPropertySymbols(ReadableStream.prototype).find(
    ({ description }) => description === property,
  );
  return key && body[key];
}
