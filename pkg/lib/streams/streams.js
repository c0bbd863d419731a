// Results that arrive over time: their span ends when they have been read, cancelled, or failed.
// The caller gets the same object wherever the runtime lets somebody watch it; a native stream does
// not, so it and the Response around it are handed on through a pipe.

import { exportNow } from "../record/background.js";
import { runWithSpan } from "../context/context.js";
import { closeStream, moved, openStream } from "./open-streams.js";
import { Transcript } from "./transcript.js";

/** How to follow a result over time; undefined if it is no stream. Throws if it cannot be looked at. */
export function streamKind(result) {
  if (typeof Response === "function" && result instanceof Response)
    return result.body === null || result.bodyUsed ? undefined : response;
  if (typeof ReadableStream === "function" && result instanceof ReadableStream)
    return result.locked ? undefined : readable;
  if (typeof result[Symbol.asyncIterator] === "function") return iterable;
  const isGenerator =
    typeof result.next === "function" &&
    Object.prototype.toString.call(result) === "[object Generator]";
  return isGenerator ? iterable : undefined;
}

/** Whether what is followed stays the same object. */
export function staysItself(kind) {
  return kind === iterable;
}

/** One stream: what went through it, and the end of its span, once. */
function watch(type, finish) {
  const transcript = new Transcript(type);
  const stream = openStream(end);
  let ended = false;
  function end(incomplete, error) {
    if (ended) return;
    ended = true;
    closeStream(stream);
    finish(transcript.output(), incomplete, error);
    if (stream.givenUp) exportNow();
  }
  return {
    chunk(value) {
      moved(stream);
      if (!ended) transcript.add(value);
    },
    end,
  };
}

function readable(source, span, finish) {
  const reader = source.getReader();
  return pipe(reader, span, watch("stream", finish));
}

/** Pulls only when it is pulled from, so that back-pressure reaches the source. */
function pipe(reader, span, watched) {
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          // What the source starts when it is pulled from belongs below its span.
          const { done, value } = await runWithSpan(span, () => reader.read());
          if (done) {
            watched.end(false);
            controller.close();
          } else {
            watched.chunk(value);
            controller.enqueue(value);
          }
        } catch (error) {
          watched.end(false, { error });
          controller.error(error);
        }
      },
      cancel(reason) {
        watched.end(true);
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

function response(source, span, finish) {
  return handOn(source, span, watch("response", finish));
}

/** A Response that tells `watched` what becomes of the body of `source`, and is otherwise the same. */
export function handOn(source, span, watched) {
  const reader = source.body.getReader();
  try {
    const copy = new Response(pipe(reader, span, watched), source);
    for (const key of ["url", "redirected", "type"]) {
      if (copy[key] !== source[key])
        Object.defineProperty(copy, key, { value: source[key] });
    }
    return copy;
  } catch (error) {
    // One that cannot be copied is left as it was.
    reader.releaseLock();
    throw error;
  }
}

/** The object itself: methods of its own stand before those of its prototype. */
function iterable(source, span, finish) {
  if (!Object.isExtensible(source)) return undefined;
  if (typeof source.next === "function")
    return watchIterator(source, span, watch("async-iterable", finish));
  const make = source[Symbol.asyncIterator];
  let watched = watch("async-iterable", finish);
  define(source, Symbol.asyncIterator, function (...args) {
    const iterator = make.apply(this, args);
    // A second reading is nobody's span.
    const first = watched;
    watched = undefined;
    return first === undefined
      ? iterator
      : watchIterator(iterator, span, first);
  });
  return source;
}

function watchIterator(iterator, span, watched) {
  for (const method of ["next", "return", "throw"]) {
    if (typeof iterator[method] === "function")
      define(iterator, method, watchedMethod(iterator, method, span, watched));
  }
  return iterator;
}

function watchedMethod(iterator, method, span, watched) {
  const original = iterator[method];
  // Once for all calls: a stream has many.
  const settle = (result) => {
    if (result?.done) watched.end(method === "return");
    else watched.chunk(result?.value);
    return result;
  };
  const failed = (error) => {
    watched.end(false, { error });
    throw error;
  };
  return (...args) => {
    let result;
    try {
      // What the generator's body starts belongs below its span.
      result = runWithSpan(span, () => original.apply(iterator, args));
    } catch (error) {
      return failed(error);
    }
    return typeof result?.then === "function"
      ? result.then(settle, failed)
      : settle(result);
  };
}

function define(object, key, value) {
  Object.defineProperty(object, key, {
    value,
    configurable: true,
    writable: true,
  });
}
