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
  /** @type {Uint8Array[]} */
  const parts = [];
  let length = 0;
  /** @type {ReadableStreamDefaultReader<Uint8Array> | undefined} */
  let reader;
  let timer;
  const stop = () =>
    /** @type {NonNullable<typeof reader>} */ (reader).cancel().catch(() => {});
  try {
    reader = response.body?.getReader();
    if (reader === undefined) return new Uint8Array(0);
    timer = setTimeout(stop, BODY_MS);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      length += value.length;
      if (length > BODY_BYTES) {
        stop();
        break;
      }
    }
  } catch {
    // What came so far has to do: the status decides.
  }
  clearTimeout(timer);
  return joined(parts, Math.min(length, BODY_BYTES));
}

/** @type {(parts: Uint8Array[], length: number) => Uint8Array} */
function joined(parts, length) {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part.subarray(0, length - at), at);
    at = Math.min(at + part.length, length);
  }
  return whole;
}
