// The body of an answer, as much of it as anybody needs. Untrusted.

// A partial success fits in less; nobody waits for more.
const BODY_BYTES = 64 << 10;
// The status is known: this is only for the connection to be free again.
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
  const stop = async () => {
    try {
      await reader?.cancel();
    } catch {
      // It failed already, or is no stream of the runtime's.
    }
  };
  try {
    reader = response.body?.getReader();
    if (reader === undefined) return new Uint8Array(0);
    timer = setTimeout(stop, BODY_MS);
    while (length <= BODY_BYTES) {
      const { done, value } = await reader.read();
      ended = done;
      if (done || !ArrayBuffer.isView(value)) break;
      parts.push(value);
      // An empty part counts too: without end they would keep the host from everything else.
      length += value.byteLength || 1;
    }
  } catch {
    // What came so far has to do: the status decides.
  }
  clearTimeout(timer);
  if (!ended) stop();
  return joined(parts);
}

/**
 * Returns the first bytes of them all.
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
