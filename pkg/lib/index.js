// What every entry exports.
export { Laminar } from "./observe/laminar.js";
export { observe } from "./observe/observe.js";
export { LaminarAttributes } from "./values/attributes.js";
export {
  observeDecorator,
  observeExperimentalDecorator,
} from "./observe/decorators.js";
export { extractContext, injectContext } from "./context/propagation.js";
export { TracingLevel } from "./values/level.js";
export { withTracingLevel } from "./observe/tracing-level.js";
export { getTracer } from "./otel/tracer.js";
export { instrument } from "./instrument/instrument.js";
export { wrapAISDK } from "./ai/wrap.js";
export { LaminarAiSdkTelemetry } from "./ai/telemetry.js";
export { aiSdkTelemetry, registerAiSdkTelemetry } from "./ai/register.js";
