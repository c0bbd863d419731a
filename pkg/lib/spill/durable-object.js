// A sink in the storage of a Durable Object. Claims are entries beside the items, made in transactions.

import { CLAIM_MS, isClaimed } from "./claim.js";
import { newName, PREFIX } from "./names.js";

// A value may have 131,072 bytes in key-value storage, and 2,000,000 with its key in SQLite. The encoding takes
// some of it.
const KEY_VALUE_BYTES = 131_072 - 1_024;
const SQLITE_BYTES = 2_000_000 - 4_096;
// How many items are read at a time, because a list includes the values.
const PAGE = 4;

/** @type {typeof import("../../spill.js").durableObjectSpill} */
export function durableObjectSpill(
  storage,
  { prefix = PREFIX, claimMillis = CLAIM_MS } = {},
) {
  const items = `${prefix}item/`;
  const claims = `${prefix}claim/`;
  return {
    maxBytes: isSqlite(storage) ? SQLITE_BYTES : KEY_VALUE_BYTES,
    put: (bytes) => storage.put(items + newName(), bytes),
    async drain(send, signal) {
      for (let /** @type {string | undefined} */ startAfter; ;) {
        const page = /** @type {Map<string, unknown>} */ (
          await storage.list({
            prefix: items,
            limit: PAGE,
            ...(startAfter && { startAfter }),
          })
        );
        for (const [key, bytes] of page) {
          if (signal?.aborted) return;
          startAfter = key;
          await drainOne(key, bytes, send);
        }
        if (page.size < PAGE) return;
      }
    },
  };

  /**
   * @param {string} key
   * @param {unknown} bytes
   * @param {import("./names.js").Send} send
   */
  async function drainOne(key, bytes, send) {
    const claim = claims + key.slice(items.length);
    const before = await storage.transaction(async (transaction) => {
      const [item, until = 0] = await Promise.all([
        transaction.get(key),
        transaction.get(claim),
      ]);
      // Another drain has sent the item, or has claimed it.
      if (item === undefined || isClaimed(until, claimMillis)) return undefined;
      await transaction.put(claim, Date.now() + claimMillis);
      return until;
    });
    if (before === undefined) return;
    const done = await send(bytes, before > 0 ? 1 : 0);
    await storage.delete(done ? [key, claim] : [claim]);
  }
}

/** @param {object & { sql?: unknown }} storage */
function isSqlite(storage) {
  try {
    return storage.sql !== undefined;
  } catch {
    return false;
  }
}
