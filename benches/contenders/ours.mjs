import { Laminar, observe } from "laminar-edge";
import { NESTED, streamOfChunks } from "../workloads.mjs";

const RealRequest = globalThis.Request;
let body;
let onBody = () => {};

/** Stops when a body exists, because a request and `fetch` cost the same for all. */
class BodyOnly {
  constructor(_, init) {
    body = init.body;
    onBody(body);
  }
}

export const name = "laminar-edge";

/** `hold`: requests get no answer, so that spans stay in memory. */
export function start({ url = "http://127.0.0.1:9", hold = false } = {}) {
  // A batch in flight would be in memory twice.
  if (hold) globalThis.Request = BodyOnly;
  Laminar.initialize({
    projectApiKey: "key",
    baseUrl: url,
    // Like the others', batches are made only by a flush.
    maxExportBatchSize: 20_000,
    maxExportBatchSizeBytes: hold ? 4 << 20 : 48 << 20,
    maxQueueSize: 20_000,
    maxQueueBytes: 64 << 20,
    scheduledDelayMillis: 3_600_000,
    fetch: (request) => {
      if (hold) return new Promise(() => {});
      if (!(request instanceof BodyOnly)) return fetch(request);
      return Promise.resolve(new Response(null, { status: 200 }));
    },
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

/**
 * Returns all spans as the body of one request. `bodyExists` is called when the body exists. `copy` copies it
 * for later reading, because wasm's memory is reused.
 */
export async function finish({ bodyExists = () => {}, copy } = {}) {
  let copied;
  onBody = (made) => {
    bodyExists();
    if (copy) copied = made.slice();
  };
  globalThis.Request = BodyOnly;
  const report = await Laminar.flush();
  if (!report.ok) throw new Error(JSON.stringify(report));
  return copied ?? body;
}

/** Flushes as a user does: to `url`, awaited. */
export async function send() {
  globalThis.Request = RealRequest;
  const report = await Laminar.flush();
  if (!report.ok) throw new Error(JSON.stringify(report));
}

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
  // In Workers the span of a stream that has ended is exported in the background.
  globalThis.Request = BodyOnly;
  let seen = 0;
  for await (const _ of observe({ name: "stream" }, streamOfChunks)) seen++;
  return seen;
}
