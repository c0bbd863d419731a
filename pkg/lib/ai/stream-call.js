// A call of streamText or streamObject. AI SDK 5 and 6 leave their spans open when the stream of the model
// fails or is cancelled, so this ends them.

import { activeSpan, runWithSpan } from "../context/context.js";
import { fail, INCOMPLETE } from "../observe/observe.js";
import { getTracer } from "../otel/tracer.js";
import { watchAnswer } from "./watch-answer.js";

// The names of spans of model calls end so.
const MODEL_CALL = ".doStream";

/** @typedef {import("../span/span.js").Span} Span */

/** Returns the tracer for one call. It keeps the call's spans, and ends them with the streams of the models. */
export function streamTracer() {
  /** @type {Span[]} */
  const spans = [];

  /**
   * Ends the open spans, the innermost first. The SDK may end them again.
   *
   * @param {{ error: unknown }} [failure]
   */
  const close = (failure) => {
    for (const span of spans.splice(0).reverse()) {
      if (!span.recording) continue;
      if (failure === undefined) span.setAttribute(INCOMPLETE, true);
      else fail(span, failure.error);
      span.end();
      span.end = () => {};
    }
  };

  /**
   * In workerd the parts of a stream arrive without their async context, so a tool's span would be beside the
   * span of the model call that asked for it.
   *
   * @param {string} name
   * @param {() => Span} start
   */
  const below = (name, start) => {
    const [around] = spans;
    const model = spans.findLast(
      (span) => span.recording && span.name.endsWith(MODEL_CALL),
    );
    return name === "ai.toolCall" && model && activeSpan() === around
      ? runWithSpan(model, start)
      : start();
  };

  /** @param {Span} span */
  const noted = (span) => {
    spans.push(span);
    // The first span is around the others. When it ends the call is over, even if others are still open.
    if (spans.length === 1) {
      const { end } = span;
      span.end = function (...args) {
        spans.shift();
        close();
        span.end = end;
        return end.apply(this, args);
      };
    }
    return span;
  };

  const tracer = {
    /** @param {Parameters<import("../../index.js").Tracer["startSpan"]>} args */
    startSpan: (...args) =>
      noted(below(args[0], () => getTracer().startSpan(...args))),
    /**
     * @param {string} name
     * @param {any[]} rest
     */
    startActiveSpan(name, ...rest) {
      const action = rest.pop();
      const span = tracer.startSpan(
        name,
        .../** @type {[any?, any?]} */ (rest),
      );
      const made = runWithSpan(span, () => action(span));
      return name.endsWith(MODEL_CALL) ? watchAnswer(made, span, close) : made;
    },
  };
  return tracer;
}
