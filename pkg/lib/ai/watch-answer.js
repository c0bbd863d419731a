// Watches the stream of a model's answer.

import { runWithSpan } from "../context/context.js";
import { fail } from "../observe/observe.js";

/** @typedef {(failure?: { error: unknown }) => void} OnEnd */

/**
 * Returns what the SDK made of a model's answer, with a stand-in for its stream. `onEnd` is called when the
 * stream ends early: with `{ error }` if it failed, without an argument if it was cancelled. The SDK gets the
 * model itself, so this works for models by name and for those that a later step chooses.
 *
 * @param {any} made A promise of `{ result: { stream } }` in AI SDK 5 and 6; else it is returned unchanged.
 * @param {import("../span/span.js").Span} span The model's.
 * @param {OnEnd} onEnd
 */
export async function watchAnswer(made, span, onEnd) {
  const answer = await made;
  const result = answer?.result;
  const stream = watchStream(result?.stream, span, onEnd);
  return stream ? { ...answer, result: { ...result, stream } } : answer;
}

/**
 * Returns a stand-in for the stream; undefined if it cannot be watched. Tools run where the parts of a stream
 * are passed on, so that happens below `span`.
 *
 * @param {unknown} stream
 * @param {import("../span/span.js").Span} span
 * @param {OnEnd} onEnd
 */
function watchStream(stream, span, onEnd) {
  try {
    if (!(stream instanceof ReadableStream) || stream.locked) return undefined;
    /** @type {ReadableStreamDefaultReader<unknown>} */
    let reader;
    const watched = new ReadableStream(
      {
        async pull(controller) {
          try {
            const { done, value } = await runWithSpan(span, () =>
              reader.read(),
            );
            noteError(span, value);
            if (done) controller.close();
            else runWithSpan(span, () => controller.enqueue(value));
          } catch (/** @type {any} */ error) {
            onEnd(error?.name === "AbortError" ? undefined : { error });
            controller.error(error);
          }
        },
        cancel(reason) {
          onEnd();
          return reader.cancel(reason);
        },
      },
      { highWaterMark: 0 },
    );
    reader = stream.getReader();
    return watched;
  } catch {
    return undefined;
  }
}

/**
 * Marks the span as failed if a part says that the model failed: the SDK passes such a part on, and ends the
 * span as if all were well.
 *
 * @param {import("../span/span.js").Span} span
 * @param {any} part
 */
function noteError(span, part) {
  try {
    if (part?.type === "error") fail(span, part.error);
  } catch {
    // A part that cannot be read is the SDK's matter.
  }
}
