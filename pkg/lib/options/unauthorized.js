// One line on the console for what only the user can put right.

import { forget, warnOnce } from "../host/warn.js";

/**
 * Hears every answer; says each destination's refusal once, until it is over.
 * @param {import("./destination.js").Destination} destination
 * @param {number} status
 */
export function hear({ url, key, said }, status) {
  const kind = `unauthorized ${url} ${key} ${said}`;
  if (status === 401 || status === 403) {
    warnOnce(
      kind,
      `${url} turns spans away with HTTP ${status}: ${status === 401 ? "check the project API key, which may have expired" : "the project's usage limit may be reached, or the key may not write"}. Nothing more is sent there for five minutes, or until the key changes`,
    );
  } else if (status >= 200 && status < 300) {
    forget(kind);
  }
}
