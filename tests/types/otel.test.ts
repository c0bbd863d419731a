// The tracer and its spans have the types of @opentelemetry/api.

import type {
  Context,
  Link as OtelLink,
  Span as OtelSpan,
  SpanOptions as OtelSpanOptions,
  Tracer as OtelTracer,
} from "@opentelemetry/api";
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  getTracer,
  Laminar,
  type Span,
  type Tracer,
  type TracerContext,
  type TracerSpanOptions,
} from "laminar-edge";
import { assertType, type Equals } from "./equals.js";

const tracer: OtelTracer = getTracer();
const span: OtelSpan = Laminar.startSpan({ name: "span" });
const active: OtelSpan | undefined = Laminar.getCurrentSpan();
void [tracer, active];

declare const context: Context;
declare const options: OtelSpanOptions;
declare const link: OtelLink;
declare const foreign: OtelSpan;

// Arguments of code written for OpenTelemetry.
const ours: TracerContext = trace.setSpan(context, foreign);
const theirs: TracerSpanOptions = options;
void [ours, theirs];
const started = getTracer().startSpan(
  "started",
  { kind: SpanKind.CLIENT, links: [link], root: true },
  context,
);
assertType<Equals<typeof started, Span>>();
started.setStatus({ code: SpanStatusCode.ERROR, message: "no" });
started.addLink({ context: span.spanContext() }).addLinks([link]);
getTracer({ parent: started }).startSpan("child", options).end();

// Results of its methods.
const number = tracer.startActiveSpan("active", (span) => {
  assertType<Equals<typeof span, OtelSpan>>();
  return 1;
});
assertType<Equals<typeof number, number>>();
const promised = getTracer().startActiveSpan("active", {}, async (span) => {
  assertType<Equals<typeof span, Span>>();
  return "text";
});
assertType<Equals<typeof promised, Promise<string>>>();
getTracer().startActiveSpan("active", {}, context, (span) => span.end());
assertType<Equals<ReturnType<typeof getTracer>, Tracer>>();

// @ts-expect-error: a parent is a span of ours; others come in a context.
getTracer({ parent: "0123456789abcdef" });
