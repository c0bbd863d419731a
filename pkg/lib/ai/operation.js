// A running call of generateText or a similar function: its span and those below it.

import { KIND_CLIENT, STATUS_OK } from "../values/otel.js";
import { runWithSpan } from "../context/context.js";
import { fail } from "../observe/observe.js";
import { startFrom } from "../span/start.js";
import { scopeOf } from "./attributes.js";

const FAILED = { name: "Error", message: "the answer ended with an error" };

/** @typedef {import("../span/span.js").Span} Span */

/**
 * Starts a span for an event, at the event's time.
 *
 * @param {any} event
 * @param {string} name
 * @param {import("../../index.js").SpanType} spanType
 * @param {{ parent?: import("../../index.js").Span }} [parent]
 */
export function startSpan(event, name, spanType, parent) {
  const span = startFrom(
    { name, spanType, startTime: event.timestamp, ...parent },
    "",
  );
  span.kind = KIND_CLIENT;
  return span.setAttributes(scopeOf(event));
}

/**
 * Sets the status by the event of an end. If the model said in its stream that it failed, the event does not say
 * why.
 *
 * @param {Span} span
 * @param {any} event
 */
export function settle(span, { finishReason }) {
  if (finishReason === "error") fail(span, FAILED);
  else span.setStatus({ code: STATUS_OK });
}

/**
 * @param {Span} span
 * @param {any} event
 */
export function endSpan(span, event) {
  settle(span, event);
  span.end(event.timestamp);
}

export class Operation {
  // The prompt as the model gets it. The event of a step's start has it, and the span of the model call records
  // it.
  /** @type {unknown} */
  prompt = undefined;
  /** @type {Span | undefined} */
  step = undefined;
  /** @type {Span | undefined} */
  model = undefined;
  // Why the last call of a model failed, if it did.
  /** @type {{ error: unknown } | undefined} */
  failure = undefined;
  /** @type {Map<string, Span>} */
  tools = new Map();

  /** @param {Span} span */
  constructor(span) {
    this.span = span;
  }

  /** Returns the parent of the next call of a model or a tool. */
  get parent() {
    return { parent: this.step ?? this.span };
  }

  /** @param {any} event */
  endStep(event) {
    if (this.step) endSpan(this.step, event);
    this.step = undefined;
  }

  /** @param {any} event */
  endModel(event) {
    if (this.model) endSpan(this.model, event);
    this.model = undefined;
    this.prompt = undefined;
  }

  /**
   * Runs a call of the model below the model's span.
   *
   * @template T
   * @param {() => PromiseLike<T>} execute
   */
  async callModel(execute) {
    if (this.model === undefined) return execute();
    try {
      return await runWithSpan(this.model, execute);
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }

  /**
   * Ends the span of a model call that failed and is repeated, which the SDK does not report.
   *
   * @param {any} event
   * @param {(error: unknown) => unknown} shown
   */
  endFailed(event, shown) {
    if (this.failure) fail(this.model, shown(this.failure.error));
    this.failure = undefined;
    this.model?.end(event.timestamp);
  }

  /**
   * Marks the spans as failed that were open when `error` occurred.
   *
   * @param {unknown} error
   */
  failRunning(error) {
    fail(this.model, error);
    fail(this.step, error);
  }

  /**
   * Ends all spans that are still open, the innermost first.
   *
   * @param {any} event
   */
  close(event) {
    for (const span of [this.model, ...this.tools.values(), this.step])
      span?.end(event.timestamp);
    this.tools.clear();
    this.model = undefined;
    this.step = undefined;
    this.span.end(event.timestamp);
  }
}
