// What is different in a page, where everybody can read what the program knows. Only the entry for
// browsers brings it.

import { shared } from "./shared.js";

// Of a request that may outlive its page. Fetch's limit is 64 KiB; others may want some of it.
export const KEEPALIVE_BYTES = 60 << 10;

/**
 * @typedef {object} Page
 * @property {() => boolean} isHere
 * @property {(key: string | undefined, terms: { proxied: boolean, allowed: boolean }) =>
 *   { key?: string | undefined, missing?: string }} keyFor
 * @property {(bytes: number) => (() => void) | undefined} reserveKeepalive
 */

/** @type {{ page: Page | undefined }} */
const state = shared("page", () => ({ page: undefined }));

/** @param {Page} given */
export function setPage(given) {
  state.page = given;
}

/** Undefined but in a page or one of its workers: runtimes may share the entry. */
export function pageHere() {
  return state.page?.isHere() ? state.page : undefined;
}
