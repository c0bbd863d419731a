// The format of a stored item: a short header and a request body. It has never the key, only the first bytes of
// its hash, so that a drain can tell whether it has the right key.

import { isA } from "../values/value.js";

/**
 * @typedef {{ url: string, spans: number, ambiguous: number, number: number,
 *   isolate: Uint8Array, fingerprint: Uint8Array, body: Uint8Array }} Item
 */

const MAGIC = 0x4c4d5350;
const VERSION = 1;
const AT = {
  magic: 0,
  version: 4,
  ambiguous: 5,
  urlBytes: 6,
  spans: 8,
  number: 12,
  bodyBytes: 16,
  isolate: 20,
  fingerprint: 28,
  url: 36,
};
const MAX_URL_BYTES = 2048;
// The fewest bytes of an encoded span: its tag and its length.
const LEAST_SPAN_BYTES = 2;

const encoder = new TextEncoder();

/**
 * Returns how many bytes the header of an item for this URL takes.
 *
 * @param {string} url
 */
export function headerBytes(url) {
  return AT.url + encoder.encode(url).length;
}

/** @param {Item} item */
export function writeItem(item) {
  const url = encoder.encode(item.url);
  if (url.length > MAX_URL_BYTES) throw new RangeError("the URL is too long");
  const bytes = new Uint8Array(AT.url + url.length + item.body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(AT.magic, MAGIC);
  view.setUint8(AT.version, VERSION);
  view.setUint8(AT.ambiguous, Math.min(item.ambiguous, 255));
  view.setUint16(AT.urlBytes, url.length);
  view.setUint32(AT.spans, item.spans);
  view.setUint32(AT.number, item.number);
  view.setUint32(AT.bodyBytes, item.body.length);
  bytes.set(item.isolate, AT.isolate);
  bytes.set(item.fingerprint, AT.fingerprint);
  bytes.set(url, AT.url);
  bytes.set(item.body, AT.url + url.length);
  return bytes;
}

/**
 * Reads an item. Returns undefined for anything that writeItem did not make, or for a part of it; never throws.
 *
 * @param {unknown} data
 * @returns {Item | undefined}
 */
export function readItem(data) {
  const bytes = bytesOf(data);
  if (bytes === undefined || bytes.length < AT.url) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(AT.magic) !== MAGIC) return undefined;
  if (view.getUint8(AT.version) !== VERSION) return undefined;
  const bodyAt = AT.url + view.getUint16(AT.urlBytes);
  const bodyBytes = view.getUint32(AT.bodyBytes);
  const spans = view.getUint32(AT.spans);
  if (
    bodyAt > AT.url + MAX_URL_BYTES ||
    bodyAt + bodyBytes !== bytes.length ||
    spans === 0 ||
    spans > bodyBytes / LEAST_SPAN_BYTES
  )
    return undefined;
  return {
    url: new TextDecoder().decode(bytes.subarray(AT.url, bodyAt)),
    spans,
    ambiguous: view.getUint8(AT.ambiguous),
    number: view.getUint32(AT.number),
    isolate: bytes.slice(AT.isolate, AT.fingerprint),
    fingerprint: bytes.slice(AT.fingerprint, AT.url),
    body: bytes.subarray(bodyAt),
  };
}

/**
 * Converts what a store returns to bytes: a view or a buffer, possibly another realm's.
 *
 * @param {any} data
 */
export function bytesOf(data) {
  try {
    if (ArrayBuffer.isView(data))
      return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const isBuffer =
      isA(data, ArrayBuffer) ||
      Object.prototype.toString.call(data) === "[object ArrayBuffer]";
    return isBuffer ? new Uint8Array(data) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
export function sameBytes(one, other) {
  return (
    one.length === other.length && one.every((byte, i) => byte === other[i])
  );
}
