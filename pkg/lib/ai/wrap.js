// wrapAISDK: turns the telemetry of the AI SDK's functions on, for versions 5 and 6.

import { getTracer } from "../otel/tracer.js";
import { warnOnce } from "../host/warn.js";
import { withBytes } from "./attributes.js";
import { streamTracer } from "./stream-call.js";

const FUNCTIONS = new Set([
  "generateText",
  "generateObject",
  "streamText",
  "streamObject",
  "embed",
  "embedMany",
  "rerank",
]);
const PROMPT = "ai.prompt";
const LONG = 256 << 10;
const STREAMS = new Set(["streamText", "streamObject"]);

/**
 * Returns a copy of the module. A namespace cannot be changed, and other users of it must not be affected.
 *
 * @param {any} ai
 */
export function wrapAISDK(ai) {
  if (typeof ai?.registerTelemetry === "function") {
    warnOnce(
      "wrapAISDK",
      "wrapAISDK is for AI SDK 5 and 6 and does nothing here; for 7 call registerAiSdkTelemetry()",
    );
    return ai;
  }
  if (typeof ai !== "object" || ai === null) return ai;
  /** @type {Record<string, unknown>} */
  const copy = {};
  for (const name of Object.keys(ai)) {
    const member = ai[name];
    copy[name] =
      FUNCTIONS.has(name) && typeof member === "function"
        ? withTelemetry(member, STREAMS.has(name))
        : member;
  }
  return copy;
}

/**
 * @param {Function} action
 * @param {boolean} streams
 * @returns {(options: any, ...rest: unknown[]) => unknown}
 */
function withTelemetry(action, streams) {
  return (options, ...rest) => {
    if (typeof options !== "object" || options === null)
      return action(options, ...rest);
    const tracer = streams ? streamTracer() : getTracer();
    const experimental_telemetry = {
      isEnabled: true,
      tracer: withPrompt(tracer, options),
      ...options.experimental_telemetry,
    };
    return action({ ...options, experimental_telemetry }, ...rest);
  };
}

/**
 * Returns a tracer whose spans have the bytes in a long prompt as base64. The SDK writes a number for each byte,
 * and the span of a call with a photo would be too large to be sent.
 *
 * @param {import("../../index.js").Tracer} tracer
 * @param {any} options of the call
 */
function withPrompt(tracer, { system, prompt, messages }) {
  /** @type {typeof tracer.startSpan} */
  const startSpan = (...args) => tracer.startSpan(...args);
  /**
   * @param {string} name
   * @param {any} options
   * @param {[any, any?]} rest
   */
  const startActiveSpan = (name, options, ...rest) => {
    if (options?.attributes?.[PROMPT]?.length > LONG) {
      const written = withBytes({ system, prompt, messages });
      const attributes = { ...options.attributes, [PROMPT]: written };
      options = { ...options, attributes };
    }
    return tracer.startActiveSpan(name, options, ...rest);
  };
  return { startSpan, startActiveSpan };
}
