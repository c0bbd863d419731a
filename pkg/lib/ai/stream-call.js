// One call of streamText or streamObject. The AI SDK 5 and 6 leave their spans open when the stream of the
// model fails or is cancelled, so both are watched here.

import { activeSpan, runWithSpan } from "../context/context.js";
import { fail, INCOMPLETE } from "../observe/observe.js";
import { getTracer } from "../otel/tracer.js";
import { watchModel } from "./watch-model.js";

/** @typedef {import("../span/span.js").Span} Span */

/** Options for one call: `tracer` knows its spans, `watch(model)` ends them when the model's stream does. */
export function streamCall() {
  /** @type {Span[]} */
  const spans = [];

  /**
   * Ends what is open, the innermost first. The SDK may still end it, too.
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
   * In workerd the parts of a stream come without the context in which they were handed on, and a tool
   * would stand beside the call of the model that asked for it.
   *
   * @param {string} name
   * @param {() => Span} start
   */
  const below = (name, start) => {
    const [around] = spans;
    const model = spans.findLast(
      (span) => span.recording && span.name.endsWith(".doStream"),
    );
    return name === "ai.toolCall" && model && activeSpan() === around
      ? runWithSpan(model, start)
      : start();
  };

  /** @param {Span} span */
  const noted = (span) => {
    spans.push(span);
    // The first is around the others: with it the call is over, whatever was left open.
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
      return runWithSpan(span, () => action(span));
    },
  };
  return {
    tracer,
    watch: (/** @type {unknown} */ model) => watchModel(model, close),
  };
}
