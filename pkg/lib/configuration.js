// What initialize put in force. Spans take the destination with them when they start, so a change
// concerns later spans only; and in workerd only those of the request that made it.

import { isOwn, requestToken, tellsRequestsApart } from "./request.js";
import { warnOnce } from "./warn.js";

// Requests whose options are kept. Asking whose a token is costs 9 µs where the answer is no, so the one
// that was found moves to the end, where the search begins.
const MAX_REQUESTS = 256;

let inForce;
let standIn;
// Set outside of any request: for those that say nothing of their own.
let general;
let several = false;
const recent = [];

/** For the request that runs. One probe for the newest, and none as long as all agree. */
export function configuration() {
  return (several ? ownConfiguration() : inForce) ?? standIn;
}

/** Never another request's: spans with the wrong key would be seen by the wrong people. */
function ownConfiguration() {
  for (let i = recent.length - 1; i >= 0; i--) {
    const found = recent[i];
    if (!isOwn(found.token)) continue;
    if (i < recent.length - 1) recent.push(...recent.splice(i, 1));
    return found.configuration;
  }
  return general;
}

/** For what concerns nobody's spans in particular, such as how long a flush may take. */
export function anyConfiguration() {
  return configuration() ?? inForce;
}

/** Says once why a span is not recorded that would be in another request. */
export function warnOfOthers() {
  if (
    several &&
    recent.some(({ configuration }) => configuration !== undefined)
  )
    warnOnce(
      "no request's own",
      "other requests have called Laminar.initialize, and this one has not: its spans are not recorded",
    );
}

export function setConfiguration(configuration) {
  several ||= recent.length > 0;
  inForce = configuration;
  confirmConfiguration();
}

/** This request, too, goes by what is in force. Noted without asking whether it is known. */
export function confirmConfiguration() {
  if (!tellsRequestsApart()) return;
  const token = requestToken();
  if (!isOwn(token)) {
    general = inForce;
    return;
  }
  if (recent.length >= MAX_REQUESTS) recent.shift();
  recent.push({ token, configuration: inForce });
}

export function forgetConfigurations() {
  inForce = undefined;
  general = undefined;
  several = false;
  recent.length = 0;
}

/** What counts while nothing is in force: tests need no key. */
export function setStandIn(configuration) {
  standIn = configuration;
}
