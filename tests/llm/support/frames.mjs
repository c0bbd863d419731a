// Frames of application/vnd.amazon.eventstream, in which Bedrock streams its answers: a prelude of two lengths
// and their checksum, headers, the payload, and the checksum of everything before.

import { crc32 } from "node:zlib";

const TEXT = 7;

/** Returns one frame. `headers` are names and their texts, `payload` is text or a value for JSON. */
export function frame(headers, payload) {
  const head = Buffer.concat(
    Object.entries(headers).map(([name, text]) => {
      const value = Buffer.from(text);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(value.length);
      return Buffer.concat([
        Buffer.from([Buffer.byteLength(name)]),
        Buffer.from(name),
        Buffer.from([TEXT]),
        length,
        value,
      ]);
    }),
  );
  const body = Buffer.from(
    typeof payload === "string" ? payload : JSON.stringify(payload),
  );
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(12 + head.length + body.length + 4, 0);
  lengths.writeUInt32BE(head.length, 4);
  const whole = Buffer.concat([lengths, checksum(lengths), head, body]);
  return Buffer.concat([whole, checksum(whole)]);
}

/** Returns the frame of one event, in the way that Bedrock names its headers. */
export function eventFrame(type, payload) {
  return frame(
    {
      ":event-type": type,
      ":content-type": "application/json",
      ":message-type": "event",
    },
    payload,
  );
}

/** Returns the frame of an exception, which ends a stream. */
export function exceptionFrame(type, payload) {
  return frame(
    {
      ":exception-type": type,
      ":content-type": "application/json",
      ":message-type": "exception",
    },
    payload,
  );
}

/**
 * Returns the frames of `bytes`: `{ bytes, headers, payload }`, headers and payload as text. A last frame that
 * is cut is left out.
 */
export function framesOf(bytes) {
  const frames = [];
  for (let at = 0; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const whole = bytes.subarray(at, at + length);
    if (whole.length < length) break;
    const bodyAt = 12 + bytes.readUInt32BE(at + 4);
    frames.push({
      bytes: whole,
      headers: headersOf(whole.subarray(12, bodyAt)),
      payload: String(whole.subarray(bodyAt, -4)),
    });
    at += length;
  }
  return frames;
}

function headersOf(bytes) {
  const headers = {};
  for (let at = 0; at < bytes.length;) {
    const text = (length) => String(bytes.subarray(at, (at += length)));
    const name = text(bytes[at++]);
    // The type of the value, which is TEXT, and its length.
    at += 3;
    headers[name] = text(bytes.readUInt16BE(at - 2));
  }
  return headers;
}

function checksum(bytes) {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}
