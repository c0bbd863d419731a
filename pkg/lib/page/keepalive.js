// In a browser a request may outlive its page, if all such requests together stay within 64 KiB.

import { KEEPALIVE_BYTES } from "../host/page.js";

const MAX_REQUESTS = 9;

let bytes = 0;
let requests = 0;

/** What gives the room back, or undefined if there is none. */
export function reserveKeepalive(size) {
  if (requests >= MAX_REQUESTS || bytes + size > KEEPALIVE_BYTES)
    return undefined;
  bytes += size;
  requests++;
  return () => {
    bytes -= size;
    requests--;
  };
}
