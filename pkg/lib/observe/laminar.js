// The object `Laminar`, with the official SDK's names.

import { DEFAULT_BUDGET_MS } from "../options/options.js";
import { noteUserFlush, setExporter } from "../record/background.js";
import { anyConfiguration, configuration } from "../options/configuration.js";
import { currentSpanMethods } from "../span/current-span.js";
import { activate, clearActive, runWithSpan } from "../context/context.js";
import { flush as flushBuffer } from "../delivery/flush.js";
import { shutdown } from "../delivery/shutdown.js";
import { initialize } from "./initialize.js";
import { fail, INCOMPLETE } from "./observe.js";
import { cutStreams } from "../streams/open-streams.js";
import { thenOfPlain } from "../streams/property.js";
import { followPromise } from "../streams/streams.js";
import { ledger } from "../record/ledger.js";
import { giveUpUnanswered } from "../record/record.js";
import { undrained } from "../delivery/report.js";
import { llmEngine } from "../options/llm-engine.js";
import { spillEngine } from "../options/spill-engine.js";
import { recordInput, startFrom } from "../span/start.js";
import { messageOf } from "../values/value.js";
import { warnOnce } from "../host/warn.js";

/** @typedef {import("../span/span.js").Span} Span */
/** @typedef {import("../../index.js").InitializeOptions} InitializeOptions */
/** @typedef {import("../../index.js").StartSpanOptions} StartSpanOptions */
/** @typedef {{ all: boolean, inPieces: boolean }} What */

/** @type {Readonly<import("../../index.js").LaminarApi>} */
export const Laminar = Object.freeze({
  /** @param {InitializeOptions} [options] */
  initialize(options) {
    initialize(options, true);
  },

  initialized() {
    return configuration() !== undefined;
  },

  /** @param {StartSpanOptions} options */
  startSpan(options) {
    const span = startFrom(options, "", "DEFAULT");
    if (span.recording) recordInput(span, options);
    return span;
  },

  /** @param {StartSpanOptions} options */
  startActiveSpan(options) {
    const span = /** @type {Span} */ (Laminar.startSpan(options));
    if (span.recording) activate(span);
    return span;
  },

  /**
   * @template T
   * @param {Span} span
   * @param {() => T} action
   * @param {boolean} [endOnExit]
   * @returns {T}
   */
  withSpan(span, action, endOnExit = false) {
    const end = () => {
      // It may be no span: then the function runs all the same.
      if (endOnExit) span?.end?.();
    };
    const failed = (/** @type {unknown} */ error) => {
      fail(span, error);
      end();
      throw error;
    };
    /** @type {any} */
    let result;
    try {
      result = runWithSpan(span, action);
    } catch (error) {
      failed(error);
    }
    /** @type {any} */
    const later = thenOfPlain(
      result,
      (/** @type {unknown} */ value) => {
        end();
        return value;
      },
      failed,
    );
    if (later !== undefined) return later;
    // A promise that has methods of its own is returned unchanged, and is not awaited before the user does.
    /** @type {import("./observe.js").Finish} */
    const finish = (_, incomplete, failure) => {
      if (failure !== undefined) fail(span, failure.error);
      if (incomplete && endOnExit) span.setAttribute(INCOMPLETE, true);
      end();
    };
    const followed =
      span?.recording &&
      followPromise(result, span, finish, { own: !endOnExit });
    if (!followed) end();
    return result;
  },

  ...currentSpanMethods,

  flush() {
    noteUserFlush();
    return flushBuffer(anyConfiguration()?.budgetMs ?? DEFAULT_BUDGET_MS);
  },

  forceFlush() {
    cutStreams();
    clearActive();
    return Laminar.flush();
  },

  shutdown() {
    const budgetMs = anyConfiguration()?.budgetMs ?? DEFAULT_BUDGET_MS;
    return shutdown(budgetMs, Laminar.forceFlush);
  },

  async drainSpill(sink = anyConfiguration()?.spill) {
    const budgetMs = anyConfiguration()?.budgetMs ?? DEFAULT_BUDGET_MS;
    return spillEngine()?.drain(sink, budgetMs) ?? undrained();
  },

  /** Returns the global fetch, which traces calls of LLMs. */
  get fetch() {
    return llmEngine("Laminar.fetch")?.fetch ?? globalThis.fetch;
  },

  /**
   * @template T
   * @param {import("../../llm.js").LLMCallOptions} options
   * @param {() => T} action
   * @returns {T}
   */
  withLLMOptions(options, action) {
    const engine = llmEngine("Laminar.withLLMOptions");
    return engine === undefined
      ? action()
      : engine.withOptions(options, action);
  },

  stats() {
    giveUpUnanswered();
    return ledger();
  },

  getHttpUrl() {
    return configuration()?.base;
  },

  getProjectApiKey() {
    return configuration()?.key;
  },
});

setExporter(async (/** @type {What} */ what) => {
  const inForce = anyConfiguration();
  const budgetMs = inForce?.budgetMs ?? DEFAULT_BUDGET_MS;
  const report = await flushBuffer(budgetMs, { ...what, awaited: false });
  try {
    inForce?.onReport?.(report);
  } catch (error) {
    warnOnce("onReport", `onReport failed: ${messageOf(error)}`);
  }
});
