// @microlabs/otel-cf-workers: its tracer, processor and exporter, up to the body given to fetch.

import { OTLPFetchTraceExporter } from "@microlabs/otel-cf-workers/dist/exporter.js";
import { WorkerTracerProvider } from "@microlabs/otel-cf-workers/dist/provider.js";
import { FlushOnlySpanProcessor } from "@microlabs/otel-cf-workers/dist/spanprocessor.js";
import { Resource } from "@opentelemetry/cf-workers-resources";
import { nestedBy, recordBy, streamedBy } from "./by-tracer.mjs";
import { spanKeys } from "./collecting.mjs";

const realFetch = globalThis.fetch;
const encoder = new TextEncoder();
let processor;
let tracer;

export const name = "otel-cf-workers";

export function start({ url = "http://127.0.0.1:9" } = {}) {
  processor = new FlushOnlySpanProcessor(
    new OTLPFetchTraceExporter({ url: `${url}/v1/traces`, headers: {} }),
  );
  const provider = new WorkerTracerProvider(processor, new Resource({}));
  provider.register();
  tracer = provider.getTracer("bench");
}

export const record = recordBy(
  (...args) => tracer.startSpan(...args),
  spanKeys,
);

export async function finish({ bodyExists } = {}) {
  let body;
  globalThis.fetch = async (_, init) => {
    // fetch would encode it.
    body = encoder.encode(init.body);
    bodyExists?.();
    return new Response(null, { status: 200 });
  };
  await processor.forceFlush();
  globalThis.fetch = realFetch;
  return body;
}

export function drop() {
  processor.readableSpans = [];
}

export const send = () => processor.forceFlush();
export const nested = () => nestedBy(tracer);
export const streamed = () => streamedBy(tracer);
