// Reads what decode.mjs leaves out and two SDKs could do differently: kind, links, resource, scope.

import { createRequire } from "node:module";
import { decodeRequest } from "../../package/support/decode.mjs";

const require = createRequire(import.meta.url);
const {
  opentelemetry,
} = require("@opentelemetry/otlp-transformer/build/src/generated/root");
const { ExportTraceServiceRequest } = opentelemetry.proto.collector.trace.v1;

/** Returns the spans of a request, each with `kind`, `traceState`, `links`, `resource`, `scope`. */
export function spansOf(bytes) {
  const { resourceSpans } = ExportTraceServiceRequest.decode(bytes);
  const more = resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({
        kind: span.kind ?? 0,
        traceState: span.traceState ?? "",
        links: (span.links ?? []).map((link) => ({
          traceId: hex(link.traceId),
          spanId: hex(link.spanId),
          attributes: strings(link.attributes),
        })),
        resource: strings(resource?.attributes),
        scope: { name: scope?.name ?? "", version: scope?.version ?? "" },
      })),
    ),
  );
  return decodeRequest(bytes).map((span, i) => ({ ...span, ...more[i] }));
}

const hex = (bytes) => Buffer.from(bytes ?? []).toString("hex");

function strings(attributes = []) {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value[value.value]]),
  );
}
