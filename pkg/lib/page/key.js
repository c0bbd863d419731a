// Pages, and the key in one: left out, unless the program insists.

import { warnOnce } from "../host/warn.js";

/** Whether this is a page or one of its workers. */
export function isHere() {
  const { document, WorkerGlobalScope } = globalThis;
  return (
    typeof document === "object" ||
    (typeof WorkerGlobalScope === "function" &&
      globalThis instanceof WorkerGlobalScope)
  );
}

/**
 * The key to send, `""` for none; undefined, and why, if nothing may be recorded. `proxied`: a proxy of
 * the user's own adds the key where nobody can read it.
 * @param {string | undefined} key
 * @param {{ proxied: boolean, allowed: boolean }} terms
 */
export function keyFor(key, { proxied, allowed }) {
  if (key !== undefined && allowed) return { key };
  if (key !== undefined && proxied)
    warnOnce(
      "browser key",
      "the project API key is left out: everybody can read a page. The server at baseUrl is to add it; dangerouslyAllowBrowser: true sends it all the same",
    );
  return {
    key: proxied ? "" : undefined,
    missing:
      "nothing is recorded: in a browser, pass the baseUrl of a proxy of your own that adds the project API key, or dangerouslyAllowBrowser: true to show the key to everybody",
  };
}
