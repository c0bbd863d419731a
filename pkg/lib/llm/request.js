// Reads a request without consuming anything that the real fetch needs.

import { isA } from "../values/value.js";
import { knownLength } from "../streams/pipe.js";

// A body longer than this is not copied for its span.
const MAX_BODY_BYTES = 16 << 20;
// The body of a Request is a stream: only one of known length, and no longer than this, is read as a clone.
const MAX_CLONED_BYTES = 256 << 10;
const RETRIES = "x-stainless-retry-count";

const encoder = new TextEncoder();

/** @typedef {any} Input what fetch takes first: a string, a URL or a Request */
/** @typedef {RequestInit | undefined} Init */

/** @param {Input} input @param {Init} init */
export function isPost(input, init) {
  const method = init?.method ?? (isRequest(input) ? input.method : undefined);
  return typeof method === "string" && method.toUpperCase() === "POST";
}

/** @param {Input} input @returns {string} */
export function urlOf(input) {
  if (typeof input === "string") return input;
  return isRequest(input) ? input.url : String(input);
}

/** @param {Input} input @returns {input is Request} */
function isRequest(input) {
  return typeof input === "object" && isA(input, globalThis.Request);
}

/** @param {Input} input @param {Init} init */
export function signalOf(input, init) {
  return init?.signal ?? (isRequest(input) ? input.signal : undefined);
}

/**
 * Returns the bytes of a body that is text or bytes; undefined for everything else.
 * @param {unknown} body
 */
export function bytesOf(body) {
  if (typeof body === "string")
    return body.length <= MAX_BODY_BYTES ? encoder.encode(body) : undefined;
  const bytes = ArrayBuffer.isView(body)
    ? new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
    : isA(body, ArrayBuffer)
      ? new Uint8Array(body)
      : undefined;
  return bytes && bytes.length <= MAX_BODY_BYTES ? bytes : undefined;
}

/**
 * Returns a promise of the bytes of a Request's body if it is short and JSON; undefined otherwise. Must be called
 * before the request is sent.
 * @param {Input} input
 * @param {Init} init
 */
export function clonedBody(input, init) {
  if (!isRequest(input) || init?.body != null) return undefined;
  if (input.body == null || input.bodyUsed) return undefined;
  const type = input.headers.get("content-type") ?? "";
  const length = Number(
    input.headers.get("content-length") ?? knownLength(input.body) ?? NaN,
  );
  if (!/\bjson\b/i.test(type) || !(length <= MAX_CLONED_BYTES))
    return undefined;
  return input
    .clone()
    .arrayBuffer()
    .then(
      (buffer) => new Uint8Array(buffer),
      () => undefined,
    );
}

/**
 * Returns the number of the client's attempt, from 0; undefined if the client does not send it.
 * @param {Input} input
 * @param {Init} init
 */
export function retriesOf(input, init) {
  const found = Number.parseInt(headerOf(input, init, RETRIES) ?? "", 10);
  return found >= 0 ? found : undefined;
}

/**
 * Returns a header of a request, whose name is given in small letters.
 * @param {Input} input
 * @param {Init} init
 * @param {string} wanted
 * @returns {string | undefined}
 */
export function headerOf(input, init, wanted) {
  /** @type {any} */
  const headers = init?.headers ?? (isRequest(input) ? input.headers : {});
  if (typeof headers?.get === "function")
    return headers.get(wanted) ?? undefined;
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
  for (const [name, value] of pairs)
    if (String(name).toLowerCase() === wanted) return String(value);
  return undefined;
}
