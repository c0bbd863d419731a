// Registers the integration with AI SDK 7 without importing the SDK.

import { LaminarAiSdkTelemetry, isIntegration } from "./telemetry.js";

/** @param {import("../../index.js").LaminarAiSdkTelemetryOptions} [options] */
export function aiSdkTelemetry(options) {
  return new LaminarAiSdkTelemetry(options);
}

/**
 * Registers the integration as registerTelemetry of `ai` does, but only once: a Worker may call this in every
 * request, and two integrations would make two spans of each call.
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
