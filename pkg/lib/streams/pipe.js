// Streams of the runtime let nobody watch them: they are handed on through a pipe, and a Response with them.

import { isPlain } from "./property.js";

// What a Response of one's own making cannot have from its source: it is put on it.
/** @type {(keyof Response)[]} */
const SHOWN = ["url", "redirected", "type"];
const handedOn = new WeakSet();
// Symbols by which workerd shows them.
/** @type {Map<string, symbol | undefined>} */
const symbols = new Map();

/** @typedef {import("./watch.js").Watch} Watch */

/**
 * Whether a stream can be replaced by another one: it has nothing of its own, and no known length.
 * @param {ReadableStream} stream
 */
export function canPipe(stream) {
  return (
    !stream.locked &&
    isPlain(stream, ReadableStream, () => new ReadableStream()) &&
    knownLength(stream) === undefined
  );
}

/**
 * Whether a Response can be replaced by one whose body is watched. What has a class, properties or a
 * length of its own keeps them: R2 takes no stream whose length it does not know.
 * @param {Response} response
 */
export function canHandOn(response) {
  const ours = handedOn.has(response) ? SHOWN : [];
  const plain = isPlain(response, Response, () => new Response(null), ours);
  if (!plain || response.body === null || response.bodyUsed) return false;
  return canPipe(response.body) && !response.headers.has("content-length");
}

/**
 * Whether a body comes compressed from elsewhere: in a pipe it would be unpacked.
 * @param {Response} response
 */
export function isCompressed({ body, headers }) {
  return (
    headers.has("content-encoding") && shown(body, "supportsBYOB") === true
  );
}

/**
 * Returns a stream that tells `watch` what becomes of `source`, and is otherwise the same.
 * @param {ReadableStream} source
 * @param {Watch} watch
 */
export function pipe(source, watch) {
  const { stream, lock } = prepare(source, watch);
  lock();
  return stream;
}

/**
 * Returns a Response that tells `watch` what becomes of its body, and is otherwise the same. `lazy` leaves the
 * body of the source free until somebody reads the new one.
 * @param {Response} source
 * @param {Watch} watch
 * @param {{ lazy?: boolean, body?: ReadableStream | null }} [options]
 */
export function handOn(
  source,
  watch,
  { lazy = false, body = source.body } = {},
) {
  const { stream, lock } = prepare(/** @type {ReadableStream} */ (body), watch);
  const copy = copyOf(source, stream);
  if (!lazy) lock();
  return copy;
}

/**
 * Returns a Response like `handOn`'s whose body workerd moves by itself, which takes a sixth of the time: `watch`
 * is told of the end only. Undefined for any that `fetch` did not give as it is: workerd moves no stream that a
 * program made.
 * @param {Response} source
 * @param {Watch} watch
 */
export function moveOn(source, watch) {
  const Identity = /** @type {any} */ (globalThis).IdentityTransformStream;
  if (Identity === undefined || source.url === "" || handedOn.has(source))
    return undefined;
  const { readable, writable } = new Identity();
  const copy = copyOf(source, readable);
  watch.isRead = () => copy.bodyUsed || copy.body?.locked === true;
  // A client that has left and a source that has failed look the same here.
  /** @type {ReadableStream} */ (source.body).pipeTo(writable).then(
    () => watch.end(false),
    () => watch.end(true),
  );
  return copy;
}

/**
 * @param {Response} source
 * @param {ReadableStream} body
 */
function copyOf(source, body) {
  const copy = new Response(body, source);
  for (const key of SHOWN) {
    if (copy[key] !== source[key])
      Object.defineProperty(copy, key, { value: source[key] });
  }
  handedOn.add(copy);
  return copy;
}

/**
 * Makes the pipe; its source is free until `lock`, for whatever cannot be made here.
 * @param {ReadableStream} source
 * @param {Watch} watch
 */
function prepare(source, watch) {
  const bytes = isByteStream(source);
  /** @type {ReadableStreamDefaultReader | undefined} */
  let reader;
  const lock = () => (reader ??= source.getReader());
  let cancelled = false;
  /** @type {ReadableStream} */
  const stream = new ReadableStream(
    {
      type: bytes ? "bytes" : undefined,
      // Pulls only when it is pulled from, so that back-pressure reaches the source.
      async pull(/** @type {any} */ controller) {
        if (isRead()) watch.begin();
        let result;
        try {
          // What the source starts when it is pulled from belongs below its span. An empty chunk is no answer
          // to somebody who waits for bytes.
          do result = await watch.run(lock().read, lock(), []);
          while (bytes && !result.done && result.value.byteLength === 0);
        } catch (error) {
          if (isRead()) watch.end(cancelled, { error });
          throw error;
        }
        // The client left meanwhile.
        if (cancelled) return;
        if (result.done) {
          if (isRead()) watch.end(false);
          controller.close();
          controller.byobRequest?.respond(0);
        } else {
          if (isRead()) watch.chunk(result.value);
          enqueue(controller, result.value);
        }
      },
      cancel(reason) {
        cancelled = true;
        return isRead() ? watch.leave(lock(), reason) : lock().cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  // What a method gave may read its object by a way that is watched, too.
  function isRead() {
    return watch.reads(stream);
  }
  return { stream, lock };
}

/**
 * @param {ReadableStreamDefaultController} controller
 * @param {unknown} chunk
 */
function enqueue(controller, chunk) {
  try {
    controller.enqueue(chunk);
  } catch (error) {
    // A byte stream takes the memory over, and some memory is not to be had.
    if (!ArrayBuffer.isView(chunk)) throw error;
    controller.enqueue(new Uint8Array(/** @type {any} */ (chunk)));
  }
}

/** @param {ReadableStream} stream */
function isByteStream(stream) {
  const isSaid = shown(stream, "supportsBYOB");
  if (typeof isSaid === "boolean") return isSaid;
  try {
    stream.getReader({ mode: "byob" }).releaseLock();
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns the length of a body in bytes where the runtime tells it, as workerd does.
 * @param {ReadableStream} body
 */
export function knownLength(body) {
  return shown(body, "length");
}

/**
 * What workerd shows of a native stream to whoever inspects it; undefined elsewhere.
 * @param {any} body
 * @param {string} property
 */
function shown(body, property) {
  if (!symbols.has(property))
    symbols.set(
      property,
      Object.getOwnPropertySymbols(ReadableStream.prototype).find(
        ({ description }) => description === property,
      ),
    );
  const key = symbols.get(property);
  return key && body[key];
}
