// The first bytes of a key's hash: enough to find the right key again, useless to open anything.

import { knownDestinations } from "../options/destination.js";
import { warnOnce } from "../host/warn.js";
import { sameBytes } from "./item.js";

const BYTES = 8;

/** @typedef {ReturnType<typeof knownDestinations>[number]} Destination */

/** Fingerprints of all keys this isolate knows; false where there is no way to hash. */
export async function takeFingerprints() {
  for (const destination of knownDestinations()) {
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
 * Where an item may go: its own URL, with its own key, if this isolate has it.
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
 * Headers may say whose spans these are: to a store they are part of the key.
 *
 * @param {Destination} destination
 */
function credentials({ key, said }) {
  return said ? `${key}\n${said}` : key;
}
