// A model whose streams are watched.

import { activeSpan, runWithSpan } from "../context/context.js";

/** @typedef {(failure?: { error: unknown }) => void} OnEnd */

/**
 * Stands in for `model` and tells `onEnd` when one of its streams ends before its time: with
 * `{ error }` if it failed, with nothing if it was cancelled. What is no model is given back.
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
  // Not around the model itself: of a frozen one a proxy has to show what it is.
  return new Proxy(Object.create(Object.getPrototypeOf(model)), {
    get(_, key) {
      if (key === "doStream") return doStream;
      const value = model[key];
      // A class may keep private fields, which only the model itself has.
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
 * Undefined if there is nothing to watch, or no way to. Tools run where the parts of a stream are handed on:
 * below `span`, the call of the model.
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
