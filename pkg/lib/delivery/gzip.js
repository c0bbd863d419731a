// Compression, for those who pay by the byte: it costs many times what recording does.

/**
 * The bytes compressed; undefined where the runtime cannot.
 * @param {Uint8Array} bytes
 */
export async function gzip(bytes) {
  try {
    const stream = new Blob([/** @type {BlobPart} */ (bytes)])
      .stream()
      .pipeThrough(new CompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    return undefined;
  }
}
