// Reads the first bytes of a response body, which is untrusted.

// A partial success fits in less, so a longer body is not read on.
const BODY_BYTES = 64 << 10;
// The status is known by now. The body is read so that the connection is free again.
const BODY_MS = 2_000;

/**
 * Returns a promise of the first bytes, which never rejects. The body is read to its end or cancelled, so
 * that the connection is free again.
 * @param {Response} response
 */
export async function readBody(response) {
  /** @type {ArrayBufferView[]} */
  const parts = [];
  let length = 0;
  let ended = false;
  /** @type {ReadableStreamDefaultReader<Uint8Array> | undefined} */
  let reader;
  let timer;
  try {
    reader = response.body?.getReader();
    if (reader === undefined) return new Uint8Array(0);
    timer = setTimeout(cancel, BODY_MS, reader);
    while (length <= BODY_BYTES) {
      const { done, value } = await reader.read();
      ended = done;
      if (done || !ArrayBuffer.isView(value)) break;
      parts.push(value);
      // An empty chunk counts too: endless empty chunks would block the host.
      length += value.byteLength || 1;
    }
  } catch {
    // The bytes read so far are used. The status decides.
  }
  clearTimeout(timer);
  if (!ended) cancel(reader);
  return joined(parts);
}

/** @param {ReadableStreamDefaultReader<Uint8Array> | undefined} reader */
async function cancel(reader) {
  try {
    await reader?.cancel();
  } catch {
    // The stream has failed already, or is none of the runtime's.
  }
}

/**
 * Returns the first bytes of all chunks.
 * @param {ArrayBufferView[]} parts
 */
function joined(parts) {
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const whole = new Uint8Array(Math.min(length, BODY_BYTES));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of parts) {
    const room = Math.min(byteLength, whole.length - at);
    whole.set(new Uint8Array(buffer, byteOffset, room), at);
    at += room;
  }
  return whole;
}
