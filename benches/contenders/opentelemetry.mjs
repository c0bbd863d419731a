// @opentelemetry/sdk-trace-base. Laminar's attributes are set by hand, so that the spans are the same.

import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { Collecting, spanKeys } from "./collecting.mjs";
import { nestedBy, recordBy, streamedBy } from "./by-tracer.mjs";

export function contender(name, serializer, contentType) {
  const spans = new Collecting(serializer, contentType);
  let tracer;
  return {
    name,
    start({ url } = {}) {
      spans.url = url;
      const provider = new BasicTracerProvider({ spanProcessors: [spans] });
      context.setGlobalContextManager(
        new AsyncLocalStorageContextManager().enable(),
      );
      trace.setGlobalTracerProvider(provider);
      tracer = provider.getTracer("bench");
    },
    record: recordBy((...args) => tracer.startSpan(...args), spanKeys),
    finish: (how) => spans.finish(how),
    drop: () => spans.drop(),
    send: () => spans.send(),
    nested: () => nestedBy(tracer),
    streamed: () => streamedBy(tracer),
  };
}
