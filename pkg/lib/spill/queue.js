// A Cloudflare Queue. Producer and consumer are different hands, so there is a sink for each.

// 128 KB by the documentation, of which about 100 bytes are the queue's own.
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
 * Drains a batch as a queue's consumer receives it: acknowledges what is done, retries the rest.
 *
 * @type {typeof import("../../spill.js").queueBatchSpill}
 */
export function queueBatchSpill(batch) {
  return {
    maxBytes: MAX_BYTES,
    async drain(send) {
      for (const message of batch.messages) {
        if (await send(message.body)) message.ack();
        else message.retry();
      }
    },
  };
}
