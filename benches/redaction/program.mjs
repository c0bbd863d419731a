// Records the spans of one kind, or one text as an input, with redaction or without.

import { SPANS, TEXTS } from "./spans.mjs";

let isStarted = false;
const texts = {};

/** `Laminar` is that of this folder, not the package that was packed for the other benchmarks. */
export async function run(Laminar, { redact, kind, times }) {
  if (!isStarted) {
    isStarted = true;
    Laminar.initialize({
      projectApiKey: "key",
      baseUrl: "http://127.0.0.1:9",
      ...(redact === "no" && { redact: false }),
      maxExportBatchSize: 20_000,
      maxExportBatchSizeBytes: 48 << 20,
      maxQueueSize: 20_000,
      maxQueueBytes: 64 << 20,
      scheduledDelayMillis: 3_600_000,
      fetch: () => Promise.resolve(new Response(null, { status: 200 })),
    });
  }
  const said = SPANS[kind];
  if (said === undefined) texts[kind] ??= TEXTS[kind]();
  for (let i = 0; i < times; i++) {
    if (said === undefined) {
      const span = Laminar.startSpan({ name: "text" });
      span.setInput(texts[kind]);
      span.end();
    } else {
      record(Laminar, said(i));
    }
  }
  await Laminar.flush();
}

function record(Laminar, said) {
  const { attributes, event, output, ...options } = said;
  const span = Laminar.startSpan(options);
  span.setAttributes(attributes);
  if (event !== undefined) span.addEvent(event.name, event.attributes);
  if (output !== undefined) span.setOutput(output);
  span.end();
}
