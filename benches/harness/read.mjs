// Reads request bodies as plain spans: protobuf by OpenTelemetry's generated decoder, JSON directly.

import { decodeRequest } from "../../tests/package/support/decode.mjs";

export function readBody(bytes, { json }) {
  return json
    ? readJson(JSON.parse(new TextDecoder().decode(bytes)))
    : decodeRequest(bytes);
}

function readJson({ resourceSpans }) {
  return resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        name: span.name,
        kind: span.kind,
        attributes: attributes(span.attributes),
        events: (span.events ?? []).map((event) => ({
          name: event.name,
          attributes: attributes(event.attributes),
        })),
      })),
    ),
  );
}

const attributes = (list) =>
  Object.fromEntries(list.map(({ key, value }) => [key, plain(value)]));

function plain(value) {
  if (value.intValue !== undefined) return BigInt(value.intValue);
  if (value.arrayValue !== undefined)
    return (value.arrayValue.values ?? []).map(plain);
  return value.stringValue ?? value.doubleValue ?? value.boolValue ?? null;
}
