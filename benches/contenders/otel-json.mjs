import { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import { contender } from "./opentelemetry.mjs";

export const { name, start, record, finish, drop, send, nested, streamed } =
  contender("OpenTelemetry, JSON", JsonTraceSerializer, "application/json");
