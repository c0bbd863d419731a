// The AI SDK accepts our types, in each of its versions.

import * as ai5 from "ai5";
import * as ai6 from "ai6";
import * as ai7 from "ai7";
import {
  aiSdkTelemetry,
  getTracer,
  LaminarAiSdkTelemetry,
  registerAiSdkTelemetry,
  wrapAISDK,
} from "laminar-edge";
import { assertType, type Equals } from "../equals.js";

type TelemetryOf<F extends (options: any) => unknown> =
  Parameters<F>[0]["experimental_telemetry"];

const experimental_telemetry = { isEnabled: true, tracer: getTracer() };
const five: TelemetryOf<typeof ai5.generateText> = experimental_telemetry;
const six: TelemetryOf<typeof ai6.streamText> = experimental_telemetry;
void [five, six];

const wrapped = wrapAISDK(ai6);
assertType<Equals<typeof wrapped, typeof ai6>>();

ai7.registerTelemetry(new LaminarAiSdkTelemetry({ recordInputs: false }));
const integration: ai7.Telemetry = aiSdkTelemetry({
  createStepSpan: true,
  laminarOptions: { projectApiKey: "key" },
});
const registered: ai7.Telemetry = registerAiSdkTelemetry();
void [integration, registered];

// @ts-expect-error: the AI SDK checks its arguments.
const noTracer: TelemetryOf<typeof ai6.generateText> = { tracer: {} };
// @ts-expect-error: the AI SDK checks its arguments.
const noIntegration: ai7.Telemetry = { onStart: "start" };
void [noTracer, noIntegration];
