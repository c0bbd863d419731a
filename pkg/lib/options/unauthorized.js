// Warns when a destination refuses the key, which only the user can fix.

import { forget, warnOnce } from "../host/warn.js";

/**
 * Looks at the status of every answer, and warns once of a destination that refuses the key, until it accepts
 * again.
 * @param {import("./destination.js").Destination} destination
 * @param {number} status
 */
export function noteStatus(destination, status) {
  const { url } = destination;
  if (status === 401 || status === 403) {
    destination.refused = true;
    warnOnce(
      kindOf(destination),
      `${url} turns spans away with HTTP ${status}: ${status === 401 ? "check the project API key, which may have expired" : "the project's usage limit may be reached, or the key may not write"}. Nothing more is sent there for five minutes, or until the key changes`,
    );
  } else if (destination.refused && status >= 200 && status < 300) {
    destination.refused = false;
    forget(kindOf(destination));
  }
}

/** @param {import("./destination.js").Destination} destination */
function kindOf({ url, key, said }) {
  return `unauthorized ${url} ${key} ${said}`;
}
