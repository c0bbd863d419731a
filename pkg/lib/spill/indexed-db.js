// A sink in IndexedDB, for browsers, where items outlive the page. Tabs of one origin share the items, and
// claim each in a transaction of its own.

import { CLAIM_MS, isClaimed } from "./claim.js";

const STORE = "items";

/** @typedef {{ bytes: Uint8Array, claimedUntil: number }} Stored */

/** @type {typeof import("../../spill.js").indexedDbSpill} */
export function indexedDbSpill({
  name = "laminar-spill",
  claimMillis = CLAIM_MS,
} = {}) {
  /** @type {Promise<IDBDatabase> | undefined} */
  let opening;
  const open = () => {
    opening ??= connect(name, () => (opening = undefined));
    return opening;
  };
  return {
    async put(bytes) {
      await inStore(await open(), (store) =>
        store.add({ bytes, claimedUntil: 0 }),
      );
    },
    async drain(send, signal) {
      const database = await open();
      for (let /** @type {IDBValidKey} */ after = 0; !signal?.aborted;) {
        const claimed = await claimNext(database, after, claimMillis);
        if (claimed === undefined) return;
        const { key, item } = claimed;
        after = key;
        const done = await send(item.bytes, item.claimedUntil > 0 ? 1 : 0);
        await inStore(database, (store) =>
          done
            ? store.delete(key)
            : store.put({ ...item, claimedUntil: 0 }, key),
        );
      }
    },
  };
}

/**
 * @param {string} name
 * @param {() => void} forget
 * @returns {Promise<IDBDatabase>}
 */
function connect(name, forget) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(STORE, { autoIncrement: true });
    request.onsuccess = () => {
      // The connection is closed, so that deleting the database or leaving the page does not wait for it.
      request.result.onversionchange = () => {
        request.result.close();
        forget();
      };
      request.result.onclose = forget;
      resolve(request.result);
    };
    request.onerror = request.onblocked = () => {
      forget();
      reject(request.error ?? new Error("the database is blocked"));
    };
  });
}

/**
 * Claims the first item behind `after` that no other drain has claimed.
 *
 * @param {IDBDatabase} database
 * @param {IDBValidKey} after
 * @param {number} claimMillis
 */
function claimNext(database, after, claimMillis) {
  /** @type {{ key: IDBValidKey, item: Stored } | undefined} */
  let claimed;
  const range = IDBKeyRange.lowerBound(after, true);
  return inStore(database, (store) => {
    store.openCursor(range).onsuccess = (
      /** @type {any} */ { target: { result: cursor } },
    ) => {
      if (cursor === null) return;
      const { key, value: item } = cursor;
      // Another drain has claimed it, or it is not an item of this package.
      const until = item?.claimedUntil;
      if (typeof until !== "number" || isClaimed(until, claimMillis))
        return cursor.continue();
      cursor.update({ ...item, claimedUntil: Date.now() + claimMillis });
      claimed = { key, item };
    };
  }).then(() => claimed);
}

/**
 * Resolves when the transaction of `action` has completed.
 *
 * @param {IDBDatabase} database
 * @param {(store: IDBObjectStore) => void} action
 * @returns {Promise<void>}
 */
function inStore(database, action) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, "readwrite");
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () =>
      reject(transaction.error ?? new Error("the transaction was aborted"));
    action(transaction.objectStore(STORE));
  });
}
