// The fingerprint of a key: the first bytes of its hash. They are enough to find the right key again, and do
// not reveal it.

import { current } from "../core/instance.js";
import { knownDestinations } from "../options/destination.js";
import { warnOnce } from "../host/warn.js";
import { sameBytes } from "./item.js";

const BYTES = 8;

/** @typedef {ReturnType<typeof knownDestinations>[number]} Destination */

/**
 * Computes the fingerprints of all keys that this isolate knows, or has spans for. Returns false if it cannot hash.
 */
export async function takeFingerprints() {
  const used = current()?.destinations ?? [];
  for (const destination of new Set([...knownDestinations(), ...used])) {
    if (destination.fingerprint !== undefined) continue;
    try {
      const key = new TextEncoder().encode(credentials(destination));
      const hash = await crypto.subtle.digest("SHA-256", key);
      destination.fingerprint = new Uint8Array(hash, 0, BYTES);
    } catch {
      warnOnce(
        "fingerprint",
        "crypto.subtle is missing (is the page served over https?), so nothing can be spilled",
      );
      return false;
    }
  }
  return true;
}

/**
 * Returns the destination of an item, by its URL and its key's fingerprint, if this isolate has it.
 *
 * @param {import("./item.js").Item} item
 * @returns {Destination | undefined}
 */
export function destinationOfItem({ url, fingerprint }) {
  return knownDestinations().find(
    (known) =>
      known.url === url &&
      known.fingerprint !== undefined &&
      sameBytes(known.fingerprint, fingerprint),
  );
}

/**
 * Returns the key with the headers, which may also tell whose spans these are.
 *
 * @param {Destination} destination
 */
function credentials({ key, said }) {
  return said ? `${key}\n${said}` : key;
}
