// The workloads, recorded by an OpenTelemetry tracer.

import { NESTED, STREAM_CHUNKS, streamOfChunks } from "../workloads.mjs";

const ASSOCIATION = "lmnr.association.properties.";

export function recordBy(startSpan, spanKeys) {
  return {
    W1(said) {
      const span = startSpan(said.name);
      span.setAttributes(said.attributes);
      span.addEvent(said.event.name, said.event.attributes);
      span.end();
    },
    W2(said) {
      const span = startSpan(said.name);
      spanKeys(span, said.name);
      span.setAttribute("lmnr.span.type", said.spanType);
      span.setAttribute("lmnr.span.input", JSON.stringify(said.input));
      span.setAttribute(`${ASSOCIATION}user_id`, said.userId);
      span.setAttribute(`${ASSOCIATION}session_id`, said.sessionId);
      for (const key of Object.keys(said.metadata))
        span.setAttribute(`${ASSOCIATION}metadata.${key}`, said.metadata[key]);
      span.setAttributes(said.attributes);
      span.setAttribute("lmnr.span.output", JSON.stringify(said.output));
      span.end();
    },
  };
}

export function nestedBy(tracer) {
  const step = (name, input, action) =>
    tracer.startActiveSpan(name, (span) => {
      span.setAttribute("lmnr.span.input", JSON.stringify(input));
      const output = action();
      span.setAttribute("lmnr.span.output", JSON.stringify(output));
      span.end();
      return output;
    });
  const [outer, middle, inner] = NESTED;
  const words = ["which hotel?", "hotel"];
  return step(outer, [words[0]], () =>
    step(middle, words, () =>
      step(inner, [words[0]], () => ({ page: words[0], text: "found" })),
    ),
  );
}

export async function streamedBy(tracer) {
  const span = tracer.startSpan("stream");
  const seen = [];
  for await (const chunk of streamOfChunks()) seen.push(chunk);
  span.setAttribute("lmnr.span.output", JSON.stringify(seen));
  span.end();
  return seen.length === STREAM_CHUNKS.length;
}
