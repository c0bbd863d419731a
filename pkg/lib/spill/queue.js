// Sinks for a Cloudflare Queue. Its producer and consumer are different programs, so there is a sink for each.

// The documentation allows 128 KB, of which the queue itself takes about 100 bytes.
const MAX_BYTES = 127_000;

/**
 * Puts items into the queue.
 *
 * @type {typeof import("../../spill.js").queueSpill}
 */
export function queueSpill(queue) {
  return {
    maxBytes: MAX_BYTES,
    put: (bytes) => queue.send(bytes, { contentType: "bytes" }),
  };
}

/**
 * Drains a batch that a queue's consumer received. It acknowledges the items that were sent and retries the
 * others.
 *
 * @type {typeof import("../../spill.js").queueBatchSpill}
 */
export function queueBatchSpill(batch) {
  return {
    maxBytes: MAX_BYTES,
    async drain(send, signal) {
      const waiting = new Set(batch.messages);
      // A message for which a consumer does nothing counts as acknowledged.
      const retryAll = () => {
        for (const message of waiting) message.retry();
        waiting.clear();
      };
      signal?.addEventListener("abort", retryAll);
      for (const message of waiting) {
        waiting.delete(message);
        if (await send(message.body)) message.ack();
        else message.retry();
      }
      signal?.removeEventListener("abort", retryAll);
    },
  };
}
