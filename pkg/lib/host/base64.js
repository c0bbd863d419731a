// Bytes as text.

// A call takes only so many arguments.
const MOST_BYTES = 8192;

/** Returns the base64 of bytes. @param {Uint8Array} bytes */
export function base64(bytes) {
  let binary = "";
  for (let i = 0; i < bytes.length; i += MOST_BYTES)
    binary += String.fromCharCode(...bytes.subarray(i, i + MOST_BYTES));
  return btoa(binary);
}
