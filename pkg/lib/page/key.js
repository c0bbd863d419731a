// Leaves the project API key out in pages, unless the program allows it explicitly.

import { warnOnce } from "../host/warn.js";

/** Returns whether this is a page or one of its workers. */
export function isHere() {
  const { document, WorkerGlobalScope } = globalThis;
  return (
    typeof document === "object" ||
    (typeof WorkerGlobalScope === "function" &&
      globalThis instanceof WorkerGlobalScope)
  );
}

/**
 * Returns the key to send, `""` for none; without a key, the reason why nothing is recorded. `proxied` says
 * that a proxy of the user's own adds the key, out of the page's sight.
 * @param {string | undefined} key
 * @param {{ proxied: boolean, allowed: boolean }} terms
 */
export function keyFor(key, { proxied, allowed }) {
  if (key !== undefined && allowed) return { key };
  if (key !== undefined && proxied)
    warnOnce(
      "browser key",
      "the project API key is left out: everybody can read a page. The server at baseUrl must add it; dangerouslyAllowBrowser: true sends it all the same",
    );
  return {
    key: proxied ? "" : undefined,
    missing:
      "nothing is recorded: in a browser, pass the baseUrl of a proxy of your own that adds the project API key, or dangerouslyAllowBrowser: true to show the key to everybody",
  };
}
