// The simplest sink, and ways in which it can fail.

export function memorySink({ maxBytes } = {}) {
  const items = new Map();
  let last = 0;
  return {
    items,
    maxBytes,
    async put(bytes) {
      items.set(++last, bytes);
    },
    async drain(send) {
      for (const [key, bytes] of [...items])
        if (await send(bytes)) items.delete(key);
    },
  };
}

/** Returns the readable part of an item: its header without the binary parts. */
export function outline(bytes) {
  return new TextDecoder("latin1").decode(bytes);
}
