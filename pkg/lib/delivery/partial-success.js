// OTLP's answer in protobuf: `ExportTraceServiceResponse.partial_success`. Untrusted: it stops at the
// first byte that makes no sense.

const MESSAGE_UNITS = 200;
// No character takes more bytes.
const MESSAGE_BYTES = 4 * MESSAGE_UNITS;

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** `{ rejected, message }` of an answer's body. */
export function partialSuccess(body) {
  const found = { rejected: 0, message: "" };
  let partial;
  walk(body, (field, value) => {
    if (field === 1 && typeof value === "object") partial ??= value;
  });
  if (partial === undefined) return found;
  walk(partial, (field, value) => {
    const isText = typeof value === "object";
    if (field === 1 && !isText)
      // The field is an int64: a negative count is no count.
      found.rejected = value <= Number.MAX_SAFE_INTEGER ? value : 0;
    if (field === 2 && isText)
      found.message = new TextDecoder()
        .decode(value.subarray(0, MESSAGE_BYTES))
        .slice(0, MESSAGE_UNITS);
  });
  return found;
}

/** Calls `take` with each field's number and its value, a number or bytes. */
function walk(bytes, take) {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let i = 0; i < 10 && at < bytes.length; i++) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    return NaN;
  };
  while (at < bytes.length) {
    const tag = varint();
    if (!(tag <= 0xffff_ffff)) return;
    let value = 0;
    const type = tag & 7;
    if (type === VARINT || type === BYTES) value = varint();
    else if (type !== FIXED64 && type !== FIXED32) return;
    const length =
      type === BYTES ? value : type === FIXED64 ? 8 : type === FIXED32 ? 4 : 0;
    if (!(at + length <= bytes.length)) return;
    if (type === BYTES) value = bytes.subarray(at, at + length);
    else if (length > 0) value = 0;
    at += length;
    if (value === value) take(Math.floor(tag / 8), value);
    else return;
  }
}
