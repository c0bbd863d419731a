// What initialize put in force. Spans take the destination with them when they start, so a change
// concerns later spans only; and in workerd only those of the request that made it.

import { isOwn, requestToken, tellsRequestsApart } from "./request.js";

// Requests at once in one isolate whose keys are told apart. Asking whose a token is costs 9 µs
// where the answer is no.
const MAX_REQUESTS = 64;

let inForce;
let standIn;
let several = false;
const recent = [];

/** For the request that runs. One probe for the newest, and none as long as all agree. */
export function configuration() {
  if (several) {
    for (let i = recent.length - 1; i >= 0; i--)
      if (isOwn(recent[i].token)) return recent[i].configuration ?? standIn;
  }
  return inForce ?? standIn;
}

export function setConfiguration(configuration) {
  several ||=
    recent.length > 0 && inForce?.destination !== configuration?.destination;
  inForce = configuration;
  confirmConfiguration();
}

/** This request, too, goes by what is in force. Noted without asking whether it is known. */
export function confirmConfiguration() {
  if (!tellsRequestsApart()) return;
  if (recent.length >= MAX_REQUESTS) recent.shift();
  recent.push({ token: requestToken(), configuration: inForce });
}

export function forgetConfigurations() {
  inForce = undefined;
  several = false;
  recent.length = 0;
}

/** What counts while nothing is in force: tests need no key. */
export function setStandIn(configuration) {
  standIn = configuration;
}
