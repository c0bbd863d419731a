// Streams of 20 chunks as programs make them, and how each is read.

import { STREAM_CHUNKS, streamOfChunks } from "../workloads.mjs";

const encoder = new TextEncoder();
const PIECES = STREAM_CHUNKS.map(({ delta }) => encoder.encode(delta));

/** A stream that its reader pulls from. */
function readable() {
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      if (next === PIECES.length) controller.close();
      else controller.enqueue(PIECES[next++]);
    },
  });
}

/** Writes all chunks into a pair of streams whose other end is read. */
function written({ readable, writable }, pieces) {
  const writer = writable.getWriter();
  const write = async () => {
    for (const piece of pieces) await writer.write(piece);
    await writer.close();
  };
  // When a client leaves, the other end is closed.
  write().catch(() => {});
  return readable;
}

/** An iterable with methods, like those of clients of model providers. */
class Completion {
  constructor() {
    this.controller = new AbortController();
    this.iterator = streamOfChunks;
  }
  [Symbol.asyncIterator]() {
    return this.iterator();
  }
  tee() {
    return [new Completion(), new Completion()];
  }
  toReadableStream() {
    return readable();
  }
}

/** A text stream like the AI SDK's: a stream of the runtime, with its own iterator. */
function textStream() {
  const stream = readable().pipeThrough(new TextDecoderStream());
  stream[Symbol.asyncIterator] = () => iterate(stream);
  return stream;
}

async function* iterate(stream) {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

async function readAll(stream, seen) {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    seen(value);
  }
}

async function iterateAll(stream, seen) {
  for await (const piece of stream) seen(piece);
}

/** `make` returns the result of a function; `read` reads it to its end and reports each chunk. */
export const SOURCES = {
  generator: { make: streamOfChunks, read: iterateAll },
  readable: { make: readable, read: readAll },
  transform: {
    make: () =>
      written(
        new TransformStream({
          transform: (chunk, controller) =>
            controller.enqueue(encoder.encode(chunk.delta)),
        }),
        STREAM_CHUNKS,
      ),
    read: readAll,
  },
  native: {
    make: () => written(new IdentityTransformStream(), PIECES),
    read: readAll,
  },
  client: { make: () => new Completion(), read: iterateAll },
  "text stream": { make: textStream, read: iterateAll },
};

/** Bodies of responses. `url` is that of a server that streams the same pieces. */
export const BODIES = {
  readable: () => new Response(readable()),
  generator: () =>
    new Response(
      ReadableStream.from(
        (async function* () {
          for await (const { delta } of streamOfChunks())
            yield encoder.encode(delta);
        })(),
      ),
    ),
  transform: () => new Response(SOURCES.transform.make()),
  native: () => new Response(SOURCES.native.make()),
  upstream: (url) => fetch(url),
};

export { PIECES };
