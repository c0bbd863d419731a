// Ways to hand the integration to AI SDK 7 without importing it.

import { LaminarAiSdkTelemetry, isIntegration } from "./telemetry.js";

/** @param {import("../../index.js").LaminarAiSdkTelemetryOptions} [options] */
export function aiSdkTelemetry(options) {
  return new LaminarAiSdkTelemetry(options);
}

/**
 * As registerTelemetry of `ai` does it, but once: a Worker may come here with every request, and
 * two integrations would make two spans of everything.
 *
 * @param {import("../../index.js").LaminarAiSdkTelemetryOptions} [options]
 */
export function registerAiSdkTelemetry(options) {
  const integration = new LaminarAiSdkTelemetry(options);
  const { AI_SDK_TELEMETRY_INTEGRATIONS: known } = globalThis;
  const others = Array.isArray(known)
    ? known.filter((other) => !isIntegration(other))
    : [];
  globalThis.AI_SDK_TELEMETRY_INTEGRATIONS = [...others, integration];
  return integration;
}
