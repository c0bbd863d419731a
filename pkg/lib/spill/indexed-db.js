// IndexedDB, in browsers: items outlive the page. Tabs of one origin share them, and claim each in a
// transaction of its own.

import { CLAIM_MS } from "./names.js";

const STORE = "items";

export function indexedDbSpill({
  name = "laminar-spill",
  claimMillis = CLAIM_MS,
} = {}) {
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
    async drain(send) {
      const database = await open();
      for (let after = 0; ;) {
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

function connect(name, forget) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(STORE, { autoIncrement: true });
    request.onsuccess = () => {
      // Whoever deletes the database or leaves the page must not wait for us.
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

/** Claims the first item behind `after` that nobody holds. */
function claimNext(database, after, claimMillis) {
  let claimed;
  const range = IDBKeyRange.lowerBound(after, true);
  return inStore(database, (store) => {
    store.openCursor(range).onsuccess = ({ target: { result: cursor } }) => {
      if (cursor === null) return;
      const { key, value: item } = cursor;
      // Somebody is at it, or it is nothing of ours.
      if (!(item?.claimedUntil <= Date.now())) return cursor.continue();
      cursor.update({ ...item, claimedUntil: Date.now() + claimMillis });
      claimed = { key, item };
    };
  }).then(() => claimed);
}

/** Resolves when what `action` asked for is stored for good. */
function inStore(database, action) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, "readwrite");
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () =>
      reject(transaction.error ?? new Error("the transaction was aborted"));
    action(transaction.objectStore(STORE));
  });
}
