// Converts OTLP bytes to plain JSON, with OpenTelemetry's generated decoder
// instead of the code that wrote them.

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const {
  opentelemetry,
} = require("@opentelemetry/otlp-transformer/build/src/generated/root");
const { ExportTraceServiceRequest } = opentelemetry.proto.collector.trace.v1;

export function decodeRequest(bytes) {
  const { resourceSpans } = ExportTraceServiceRequest.decode(bytes);
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({
        ...plainSpan(span),
        scope: { name: scope?.name ?? "", version: scope?.version ?? "" },
        resource: plainAttributes(resource?.attributes),
      })),
    ),
  );
}

function plainSpan(span) {
  return {
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId) || null,
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: String(span.startTimeUnixNano),
    endTimeUnixNano: String(span.endTimeUnixNano),
    attributes: plainAttributes(span.attributes),
    events: span.events.map((event) => ({
      name: event.name,
      timeUnixNano: String(event.timeUnixNano),
      attributes: plainAttributes(event.attributes),
    })),
    status: {
      code: span.status?.code ?? 0,
      message: span.status?.message ?? "",
    },
  };
}

function plainAttributes(list = []) {
  return Object.fromEntries(list.map(({ key, value }) => [key, plain(value)]));
}

function plain(value) {
  switch (value?.value) {
    case "stringValue":
      return value.stringValue;
    case "boolValue":
      return value.boolValue;
    case "intValue": {
      const number = Number(value.intValue);
      return Number.isSafeInteger(number) ? number : String(value.intValue);
    }
    case "doubleValue":
      return Number.isFinite(value.doubleValue)
        ? value.doubleValue
        : String(value.doubleValue);
    case "bytesValue":
      return { base64: Buffer.from(value.bytesValue).toString("base64") };
    case "arrayValue":
      return value.arrayValue.values.map(plain);
    case "kvlistValue":
      return plainAttributes(value.kvlistValue.values);
  }
  return null;
}

function hex(bytes) {
  return bytes ? Buffer.from(bytes).toString("hex") : "";
}
