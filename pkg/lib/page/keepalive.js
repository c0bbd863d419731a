// Counts the bytes of keepalive requests. They may outlive their page while all of them together stay within 64
// KiB.

import { KEEPALIVE_BYTES } from "../host/page.js";
import { shared } from "../host/shared.js";

const MAX_REQUESTS = 9;

const held = shared("keepalive", () => ({ bytes: 0, requests: 0 }));

/**
 * Reserves bytes for a keepalive request. Returns a function that releases them, or undefined if there are too
 * few.
 * @param {number} size
 */
export function reserveKeepalive(size) {
  if (held.requests >= MAX_REQUESTS || held.bytes + size > KEEPALIVE_BYTES)
    return undefined;
  held.bytes += size;
  held.requests++;
  return () => {
    held.bytes -= size;
    held.requests--;
  };
}
