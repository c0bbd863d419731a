// wrapAISDK: the AI SDK's functions with telemetry on, for its versions 5 and 6.

import { getTracer } from "../otel/tracer.js";
import { warnOnce } from "../host/warn.js";

const FUNCTIONS = new Set([
  "generateText",
  "generateObject",
  "streamText",
  "streamObject",
  "embed",
  "embedMany",
  "rerank",
]);

/** A copy of the module: a namespace cannot be changed, and other users of it are not ours. */
export function wrapAISDK(ai) {
  if (typeof ai?.registerTelemetry === "function") {
    warnOnce(
      "wrapAISDK",
      "wrapAISDK is for AI SDK 5 and 6 and does nothing here; for 7 call registerAiSdkTelemetry()",
    );
    return ai;
  }
  if (typeof ai !== "object" || ai === null) return ai;
  const copy = {};
  for (const name of Object.keys(ai)) {
    const member = ai[name];
    copy[name] =
      FUNCTIONS.has(name) && typeof member === "function"
        ? withTelemetry(member)
        : member;
  }
  return copy;
}

function withTelemetry(action) {
  return (options, ...rest) => {
    if (typeof options !== "object" || options === null)
      return action(options, ...rest);
    const experimental_telemetry = {
      isEnabled: true,
      tracer: getTracer(),
      ...options.experimental_telemetry,
    };
    return action({ ...options, experimental_telemetry }, ...rest);
  };
}
