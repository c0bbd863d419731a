// Laminar's TypeScript SDK. Its spans go through its own processor, which adds paths and versions, and
// from there to one that only collects them.

import { Laminar, observe } from "@lmnr-ai/lmnr";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { NESTED, streamOfChunks } from "../workloads.mjs";
import { Collecting } from "./collecting.mjs";

const spans = new Collecting(ProtobufTraceSerializer, "application/x-protobuf");

export const name = "@lmnr-ai/lmnr";

export function start({ url } = {}) {
  spans.url = url;
  Laminar.initialize({
    projectApiKey: "key",
    baseUrl: "http://127.0.0.1",
    httpPort: 9,
    // Without both it does not start in workerd.
    forceHttp: true,
    instrumentModules: {},
    spanProcessor: spans,
  });
}

export const record = {
  W1(said) {
    const span = Laminar.startSpan({ name: said.name });
    span.setAttributes(said.attributes);
    span.addEvent(said.event.name, said.event.attributes);
    span.end();
  },
  W2(said) {
    const { name, spanType, input, userId, sessionId, metadata } = said;
    const span = Laminar.startSpan({
      name,
      spanType,
      input,
      userId,
      sessionId,
      metadata,
    });
    span.setAttributes(said.attributes);
    span.setOutput(said.output);
    span.end();
  },
};

export const finish = (how) => spans.finish(how);
export const drop = () => spans.drop();
export const send = () => spans.send();

export function nested() {
  const [outer, middle, inner] = NESTED;
  return observe(
    { name: outer },
    (question) =>
      observe(
        { name: middle },
        (words) =>
          observe(
            { name: inner },
            (page) => ({ page, text: "found" }),
            words[0],
          ),
        [question, "hotel"],
      ),
    "which hotel?",
  );
}

export async function streamed() {
  let seen = 0;
  for await (const _ of await observe({ name: "stream" }, streamOfChunks))
    seen++;
  return seen;
}
