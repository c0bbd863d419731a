// `includeUsage`: asks a provider for the tokens of a stream, and removes that answer from what the program reads.

import * as formats from "./formats.js";
import { headerOf } from "./request.js";

/** @typedef {import("./call.js").Call} Call */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const LF = 10;
const CR = 13;
// An event longer than this is no chunk of usage.
const MAX_HELD_BYTES = 64 << 10;

/**
 * Changes the request of `call` if it is a streamed chat that does not ask for usage itself.
 * @param {Call} call
 * @param {any} args
 * @param {Uint8Array | undefined} body
 */
export function addUsage(call, args, body) {
  const { format, system } = call.target;
  // The signature of such a request covers the body.
  if (system === "bedrock") return;
  if (format !== formats.OPENAI_CHAT && format !== formats.OPENAI_COMPLETIONS)
    return;
  if (body === undefined || call.askedForUsage !== false) return;
  // The program has set the length of the body. A longer body would not match it, and the request would not end.
  if (headerOf(args[0], args[1], "content-length") !== undefined) return;
  const changed = asking(decoder.decode(body));
  if (changed === undefined) return;
  const [input, init, ...rest] = args;
  const same =
    typeof init.body === "string" ? changed : encoder.encode(changed);
  call.args = [input, { ...init, body: same }, ...rest];
  call.restore = withoutUsage;
}

/**
 * Returns the body of a request that asks for usage; undefined if it does not stream, or if the rest of its text
 * would change, such as a large number.
 * @param {string} text
 */
function asking(text) {
  const body = JSON.parse(text);
  const { stream, stream_options: options } = body;
  if (stream !== true) return undefined;
  if (options === undefined)
    return text.replace("{", '{"stream_options":{"include_usage":true},');
  if (JSON.stringify(body) !== text) return undefined;
  return JSON.stringify({
    ...body,
    stream_options: { ...options, include_usage: true },
  });
}

/**
 * Returns a Response without the event that has only usage.
 * @param {Response} response
 */
function withoutUsage(response) {
  const type = response.headers.get("content-type") ?? "";
  if (!type.includes("text/event-stream") || response.body === null)
    return response;
  const reader = response.body.getReader();
  const filter = new Filter();
  const body = new ReadableStream(
    {
      // It reads only when it is read.
      async pull(controller) {
        for (;;) {
          const { done, value } = await reader.read();
          const pieces = done ? filter.rest() : filter.pass(value);
          for (const piece of pieces) controller.enqueue(piece);
          if (done) controller.close();
          if (done || pieces.length > 0) return;
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  const copy = new Response(body, response);
  Object.defineProperty(copy, "url", { value: response.url });
  return copy;
}

/** Passes complete events on, and keeps an incomplete one until its end has arrived. */
class Filter {
  held = new Uint8Array(0);

  /** @param {Uint8Array} chunk */
  pass(chunk) {
    const bytes = concat(this.held, chunk);
    const pieces = [];
    // What was kept has been searched, up to the line breaks at its end.
    let at = this.held.length;
    while (isBreak(bytes[at - 1])) at--;
    let from = 0;
    let kept = 0;
    for (let end; (end = eventEnd(bytes, from, Math.max(from, at))) > 0;) {
      if (isUsageOnly(bytes.subarray(from, end))) {
        pieces.push(bytes.slice(kept, from));
        kept = end;
      }
      from = end;
    }
    if (bytes.length - from > MAX_HELD_BYTES) from = bytes.length;
    pieces.push(bytes.slice(kept, from));
    this.held = bytes.slice(from);
    return pieces.filter(({ length }) => length > 0);
  }

  rest() {
    const { held } = this;
    return held.length > 0 && !isUsageOnly(held) ? [held] : [];
  }
}

/** @param {Uint8Array} one @param {Uint8Array} other */
function concat(one, other) {
  if (one.length === 0) return other;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/**
 * Returns the end of the event that begins at `from`, after its empty line; 0 if that has not arrived.
 * @param {Uint8Array} bytes
 * @param {number} from
 * @param {number} at where the search begins: at `from`, or behind a byte that is no line break
 */
function eventEnd(bytes, from, at) {
  let isLineEmpty = at === from;
  for (let i = at; i < bytes.length; i++) {
    if (!isBreak(bytes[i])) {
      isLineEmpty = false;
      continue;
    }
    // A CR at the end may be the first half of CR LF.
    if (bytes[i] === CR && i + 1 === bytes.length) return 0;
    if (bytes[i] === CR && bytes[i + 1] === LF) i++;
    if (isLineEmpty) return i + 1;
    isLineEmpty = true;
  }
  return 0;
}

/** @param {number | undefined} byte */
function isBreak(byte) {
  return byte === LF || byte === CR;
}

/** @param {Uint8Array} event */
function isUsageOnly(event) {
  try {
    const data = decoder.decode(event).trim();
    if (!data.startsWith("data:") || !data.includes('"usage"')) return false;
    const { choices, usage } = JSON.parse(data.slice("data:".length));
    return (
      Array.isArray(choices) && choices.length === 0 && usage instanceof Object
    );
  } catch {
    return false;
  }
}
