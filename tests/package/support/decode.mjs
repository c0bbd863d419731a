// OTLP bytes as plain objects, read by OpenTelemetry's generated decoder. Integers become bigints and doubles
// numbers, so that a test can tell them apart.

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const {
  opentelemetry,
} = require("@opentelemetry/otlp-transformer/build/src/generated/root");
const { ExportTraceServiceRequest, ExportTraceServiceResponse } =
  opentelemetry.proto.collector.trace.v1;

export function decodeRequest(bytes) {
  const { resourceSpans } = ExportTraceServiceRequest.decode(bytes);
  return resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(plainSpan)),
  );
}

/** Returns the attributes of a request's resource. */
export function decodeResource(bytes) {
  const [{ resource }] = ExportTraceServiceRequest.decode(bytes).resourceSpans;
  return plainAttributes(resource.attributes);
}

/** Returns the answer of a server that rejected some spans. */
export function partialSuccess(rejectedSpans, errorMessage = "no") {
  return ExportTraceServiceResponse.encode({
    partialSuccess: { rejectedSpans, errorMessage },
  }).finish();
}

function plainSpan(span) {
  return {
    name: span.name,
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId),
    kind: span.kind,
    links: span.links.map((link) => ({
      traceId: hex(link.traceId),
      spanId: hex(link.spanId),
      attributes: plainAttributes(link.attributes),
    })),
    start: BigInt(String(span.startTimeUnixNano)),
    end: BigInt(String(span.endTimeUnixNano)),
    attributes: plainAttributes(span.attributes),
    events: span.events.map((event) => ({
      name: event.name,
      time: BigInt(String(event.timeUnixNano)),
      attributes: plainAttributes(event.attributes),
    })),
    status: {
      code: span.status?.code ?? 0,
      message: span.status?.message ?? "",
    },
    droppedAttributes: span.droppedAttributesCount ?? 0,
    droppedEvents: span.droppedEventsCount ?? 0,
  };
}

function plainAttributes(list) {
  const found = Object.create(null);
  for (const { key, value } of list) {
    // Receivers differ in which of two values they use.
    if (key in found) throw new Error(`the attribute ${key} is there twice`);
    found[key] = plain(value);
  }
  return found;
}

function plain(value) {
  switch (value?.value) {
    case "intValue":
      return BigInt(String(value.intValue));
    case "bytesValue":
      return new Uint8Array(value.bytesValue);
    case "arrayValue":
      return value.arrayValue.values.map(plain);
    case undefined:
      return null;
    default:
      return value[value.value];
  }
}

function hex(bytes) {
  return Buffer.from(bytes ?? []).toString("hex");
}
