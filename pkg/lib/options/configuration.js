// What initialize put in force. Spans take the destination with them when they start, so a change
// concerns later spans only; and in workerd only those of the request that made it.

import { activeSpan, hasStorage } from "../context/context.js";
import {
  forgetRequests,
  isOwn,
  knownRequest,
  noteRequest,
  NONE,
  tellsRequestsApart,
} from "../host/request.js";
import { warnOnce } from "../host/warn.js";

let inForce;
let standIn;
// Set outside of any request: for those that say nothing of their own.
let general;
// Requests have said something of their own, and not all of them the same.
let noted = false;
let several = false;
let anyInForce = false;

/** For the request that runs. One probe for the newest, and none as long as all agree. */
export function configuration() {
  return (several ? ownConfiguration() : inForce) ?? standIn;
}

/** Never another request's: spans with the wrong key would be seen by the wrong people. */
function ownConfiguration() {
  const own = knownRequest()?.configuration ?? NONE;
  return own === NONE ? general : own;
}

/** For what concerns nobody's spans in particular, such as how long a flush may take. */
export function anyConfiguration() {
  return configuration() ?? inForce;
}

/** Says once why a span is not recorded that would be in another request. */
export function warnOfOthers() {
  if (several && anyInForce)
    warnOnce(
      "no request's own",
      "other requests have called Laminar.initialize, and this one has not: its spans are not recorded",
    );
}

export function setConfiguration(configuration) {
  several ||= noted;
  inForce = configuration;
  confirmConfiguration();
}

/** This request, too, goes by what is in force. Noted without asking whether it is known. */
export function confirmConfiguration() {
  if (!tellsRequestsApart()) return;
  const note = noteAround() ?? noteRequest();
  note.configuration = inForce;
  // Outside of any request nothing is a request's own.
  if (isOwn(note.token)) {
    noted = true;
    anyInForce ||= inForce !== undefined;
  } else {
    general = inForce;
  }
}

/** Returns the note of the span around it, so that a request's open spans are counted in one place. */
function noteAround() {
  const note = hasStorage() ? activeSpan()?.request : undefined;
  return note !== undefined && isOwn(note.token) ? note : undefined;
}

export function forgetConfigurations() {
  inForce = undefined;
  general = undefined;
  noted = false;
  several = false;
  anyInForce = false;
  forgetRequests();
}

/** What counts while nothing is in force: tests need no key. */
export function setStandIn(configuration) {
  standIn = configuration;
}
