// A sink in Workers KV. Items cannot be claimed there, so two drains at once may both send one.

import { newName, PREFIX } from "./names.js";

const MAX_BYTES = 25 << 20;

/** @typedef {{ keys: { name: string }[], list_complete: boolean, cursor?: string }} Page */

/** @type {typeof import("../../spill.js").kvSpill} */
export function kvSpill(namespace, { prefix = PREFIX } = {}) {
  return {
    maxBytes: MAX_BYTES,
    put: (bytes) => namespace.put(prefix + newName(), bytes),
    async drain(send, signal) {
      for (let /** @type {string | undefined} */ cursor; ;) {
        const page = /** @type {Page} */ (
          await namespace.list({ prefix, cursor })
        );
        for (const { name } of page.keys) {
          if (signal?.aborted) return;
          const bytes = await namespace.get(name, "arrayBuffer");
          // Another drain has deleted the item.
          if (bytes === null) continue;
          if (await send(bytes)) await namespace.delete(name);
        }
        if (page.list_complete) return;
        cursor = page.cursor;
      }
    },
  };
}
