// What every entry exports.
export { Laminar } from "./laminar.js";
export { observe } from "./observe.js";
export { LaminarAttributes } from "./attributes.js";
export {
  observeDecorator,
  observeExperimentalDecorator,
} from "./decorators.js";
export { extractContext, injectContext } from "./propagation.js";
export { TracingLevel } from "./level.js";
export { withTracingLevel } from "./tracing-level.js";
export { getTracer } from "./otel/tracer.js";
export { instrument } from "./instrument/instrument.js";
export { wrapAISDK } from "./ai/wrap.js";
export { LaminarAiSdkTelemetry } from "./ai/telemetry.js";
export { aiSdkTelemetry, registerAiSdkTelemetry } from "./ai/register.js";
