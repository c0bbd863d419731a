// What is different in a page, where everybody can read what the program knows. Only the entry for
// browsers brings it.

import { shared } from "./shared.js";

// Of a request that may outlive its page. Fetch's limit is 64 KiB; others may want some of it.
export const KEEPALIVE_BYTES = 60 << 10;

const state = shared("page", () => ({ page: undefined }));

/** `isHere()`, `keyFor(key, { proxied, allowed })` and `reserveKeepalive(bytes)`. */
export function setPage(given) {
  state.page = given;
}

/** Undefined but in a page or one of its workers: runtimes may share the entry. */
export function pageHere() {
  return state.page?.isHere() ? state.page : undefined;
}
