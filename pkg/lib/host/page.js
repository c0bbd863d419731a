// What differs in a page, where everybody can read the program's secrets. Only the entry for browsers sets it.

import { shared } from "./shared.js";

// The limit for requests that may outlive their page. Fetch allows 64 KiB, and the page's other requests may
// need some of it.
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

/**
 * Returns the page's part in a page or one of its workers, else undefined, because other runtimes may use the
 * same entry.
 */
export function pageHere() {
  return state.page?.isHere() ? state.page : undefined;
}
