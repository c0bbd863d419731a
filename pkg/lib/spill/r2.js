// A sink in R2. A drain claims an object by writing it again, on the condition that it has not changed.
// Conditions compare the hash of the content, so eight bytes behind each item change with every claim.

import { randomWord } from "../values/ids.js";
import { CLAIM_MS, isClaimed } from "./claim.js";
import { newName, PREFIX } from "./names.js";

const MARK_BYTES = 8;
// R2's limit for one upload, far above any batch.
const MAX_BYTES = 300_000_000;

/**
 * @typedef {{ objects: { key: string }[], truncated: boolean, cursor?: string }} Page
 * @typedef {{ etag: string, customMetadata?: Record<string, string>,
 *   body?: ReadableStream, bytes(): Promise<Uint8Array> }} Stored
 */

/** @type {typeof import("../../spill.js").r2Spill} */
export function r2Spill(
  bucket,
  { prefix = PREFIX, claimMillis = CLAIM_MS } = {},
) {
  return {
    maxBytes: MAX_BYTES,
    put: (bytes) => bucket.put(prefix + newName(), marked(bytes)),
    async drain(send, signal) {
      for (let /** @type {string | undefined} */ cursor; ;) {
        const page = /** @type {Page} */ (
          await bucket.list({ prefix, cursor })
        );
        for (const { key } of page.objects) {
          if (signal?.aborted) return;
          await drainOne(key, send);
        }
        if (!page.truncated) return;
        cursor = page.cursor;
      }
    },
  };

  /**
   * @param {string} key
   * @param {import("./names.js").Send} send
   */
  async function drainOne(key, send) {
    const object = /** @type {Stored | null} */ (await bucket.get(key));
    // Another drain has deleted the item.
    if (object === null) return;
    const until = Number(object.customMetadata?.claimedUntil ?? 0);
    if (isClaimed(until, claimMillis))
      return void (await object.body?.cancel());
    const item = (await object.bytes()).slice(0, -MARK_BYTES);
    const claim = /** @type {Stored | null} */ (
      await bucket.put(key, marked(item), {
        onlyIf: { etagMatches: object.etag },
        customMetadata: { claimedUntil: String(Date.now() + claimMillis) },
      })
    );
    if (claim === null) return;
    if (await send(item, until > 0 ? 1 : 0)) return bucket.delete(key);
    await bucket.put(key, marked(item), {
      onlyIf: { etagMatches: claim.etag },
    });
  }
}

/** @param {Uint8Array} item */
function marked(item) {
  const bytes = new Uint8Array(item.length + MARK_BYTES);
  bytes.set(item);
  const view = new DataView(bytes.buffer);
  view.setUint32(item.length, randomWord());
  view.setUint32(item.length + 4, randomWord());
  return bytes;
}
