// In a browser a request may outlive its page, if all such requests together stay within 64 KiB.

import { KEEPALIVE_BYTES } from "../host/page.js";
import { shared } from "../host/shared.js";

const MAX_REQUESTS = 9;

const held = shared("keepalive", () => ({ bytes: 0, requests: 0 }));

/**
 * What gives the room back, or undefined if there is none.
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
