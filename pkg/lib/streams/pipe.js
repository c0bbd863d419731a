// Hands streams and responses of the runtime on through a pipe, because they cannot be watched in place.

import { isPlain, shadow } from "./property.js";

// The constructor of Response does not copy these properties, so they are defined on the copy.
/** @type {(keyof Response)[]} */
const SHOWN = ["url", "redirected", "type"];
const OWN = [...SHOWN, "clone"];
const handedOn = new WeakSet();
// The symbols under which workerd shows properties of its streams.
/** @type {Map<string, symbol | undefined>} */
const symbols = new Map();

/** @typedef {import("./watch.js").Watch} Watch */

/**
 * Returns whether a stream is the runtime's, without properties of a program's.
 * @param {ReadableStream} stream
 */
export function isPlainStream(stream) {
  return isPlain(stream, ReadableStream, () => new ReadableStream(), [
    "constructor",
  ]);
}

/**
 * Returns whether a stream can be replaced by another one: it has no properties of its own and no known length.
 * @param {ReadableStream} stream
 */
export function canPipe(stream) {
  return (
    !stream.locked && isPlainStream(stream) && knownLength(stream) === undefined
  );
}

/**
 * Returns whether a Response can be replaced by one whose body is watched. A Response with a class, properties or
 * a length of its own is not replaced: R2, for example, takes only streams of known length.
 * @param {Response} response
 */
export function canHandOn(response) {
  const ours = handedOn.has(response) ? OWN : [];
  const plain = isPlain(response, Response, () => new Response(null), ours);
  if (!plain || response.body === null || response.bodyUsed) return false;
  return canPipe(response.body) && !response.headers.has("content-length");
}

/**
 * Returns whether a body came compressed over the network. A pipe would decompress it.
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
  // workerd rejects in the same way when the client leaves and when the source fails.
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
  return shownAs(source, new Response(body, source));
}

/**
 * Shows on `copy` and its clones what only `source` has.
 * @param {Response} source
 * @param {Response} copy
 */
function shownAs(source, copy) {
  for (const key of SHOWN) {
    if (copy[key] !== source[key])
      Object.defineProperty(copy, key, { value: source[key] });
  }
  shadow(copy, "clone", (clone, self, args) =>
    shownAs(source, Reflect.apply(clone, self, args)),
  );
  handedOn.add(copy);
  return copy;
}

/**
 * Makes the pipe. The source stays unlocked until `lock`, so that nothing has happened to it if this throws.
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
      // The pipe reads only when its reader does, so that back-pressure reaches the source.
      async pull(/** @type {any} */ controller) {
        if (isRead()) watch.begin();
        let result;
        try {
          // Spans that the source starts are children of the stream's span. A byte stream's reader must not get
          // an empty chunk.
          do result = await watch.run(lock().read, lock(), []);
          while (bytes && !result.done && result.value.byteLength === 0);
        } catch (error) {
          if (isRead()) watch.end(cancelled, { error });
          throw error;
        }
        // The reader cancelled during the read.
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
  // Another watched way of reading may have begun first.
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
    // A byte stream takes the chunk's memory, which fails for memory that cannot be transferred.
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
 * Returns a property that workerd shows to inspectors of a stream; undefined in other runtimes.
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
