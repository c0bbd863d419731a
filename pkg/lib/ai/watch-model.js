// Watches the streams of a model.

import { activeSpan, runWithSpan } from "../context/context.js";

/** @typedef {(failure?: { error: unknown }) => void} OnEnd */

/**
 * Returns a stand-in for `model` that calls `onEnd` when one of its streams ends early: with `{ error }` if it
 * failed, without an argument if it was cancelled. A value that is no model is returned unchanged.
 *
 * @param {any} model
 * @param {OnEnd} onEnd
 */
export function watchModel(model, onEnd) {
  if (typeof model !== "object" || typeof model?.doStream !== "function")
    return model;
  const doStream = async (/** @type {unknown[]} */ ...args) => {
    const span = activeSpan();
    const result = await model.doStream(...args);
    const stream = watchStream(result?.stream, span, onEnd);
    return stream === undefined ? result : { ...result, stream };
  };
  // The proxy's target is not the model itself, because a proxy cannot show other values than a frozen target
  // has.
  return new Proxy(Object.create(Object.getPrototypeOf(model)), {
    get(_, key) {
      if (key === "doStream") return doStream;
      const value = model[key];
      // Methods are called on the model itself, because only that has its private fields.
      return typeof value === "function" && key !== "constructor"
        ? value.bind(model)
        : value;
    },
    set: (_, key, value) => Reflect.set(model, key, value),
    has: (_, key) => key in model,
    ownKeys: () => Reflect.ownKeys(model),
    getOwnPropertyDescriptor(_, key) {
      const descriptor = Object.getOwnPropertyDescriptor(model, key);
      return descriptor && { ...descriptor, configurable: true };
    },
  });
}

/**
 * Returns a stand-in for the stream; undefined if it cannot be watched. Tools run where the parts of a stream
 * are passed on, so that happens below `span`, the model's.
 *
 * @param {unknown} stream
 * @param {import("../span/span.js").Span | undefined} span
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
