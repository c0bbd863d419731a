// OpenTelemetry for Workers; the event's span is the agent's.

import { trace } from "@opentelemetry/api";
import { instrument } from "otel-cf-workers-rc";
import { question, steps } from "./agent.mjs";
import { stepBy } from "./otel-step.mjs";

const handler = {
  async fetch() {
    const step = stepBy(trace.getTracer("agent"));
    return new Response(await steps(question(), step));
  },
};

export default instrument(handler, (env) => ({
  exporter: {
    url: `${env.COLLECTOR}/v1/traces`,
    headers: { authorization: "Bearer key" },
  },
  service: { name: "agent" },
}));
