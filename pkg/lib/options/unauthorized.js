// One line on the console for what only the user can put right.

import { forget, warnOnce } from "../host/warn.js";

/**
 * Hears every answer; says each destination's refusal once, until it is over.
 * @param {import("./destination.js").Destination} destination
 * @param {number} status
 */
export function hear(destination, status) {
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
