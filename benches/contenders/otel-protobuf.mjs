import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { contender } from "./opentelemetry.mjs";

export const { name, start, record, finish, drop, send, nested, streamed } =
  contender(
    "OpenTelemetry, protobuf",
    ProtobufTraceSerializer,
    "application/x-protobuf",
  );
