// In a browser a request may outlive its page, if all such requests together stay within 64 KiB.

// Fetch's limit is 64 KiB; others on the page may want some of it.
export const KEEPALIVE_BYTES = 60 << 10;
const MAX_REQUESTS = 9;

let browser = false;
let bytes = 0;
let requests = 0;

/** Said by the entry for browsers. */
export function setBrowser() {
  browser = true;
}

/** Whether this is one: a page or one of its workers, and not a runtime that shares the entry. */
export function isBrowser() {
  if (!browser) return false;
  const { document, WorkerGlobalScope } = globalThis;
  if (typeof document === "object") return true;
  return (
    typeof WorkerGlobalScope === "function" &&
    globalThis instanceof WorkerGlobalScope
  );
}

/** What gives the room back, or undefined if there is none. */
export function reserveKeepalive(size) {
  if (
    !isBrowser() ||
    requests >= MAX_REQUESTS ||
    bytes + size > KEEPALIVE_BYTES
  )
    return undefined;
  bytes += size;
  requests++;
  return () => {
    bytes -= size;
    requests--;
  };
}
