// What initialize put in force. Spans take the destination with them when they start, so a change
// concerns later spans only; and in workerd only those of the request that made it.

import { activeSpan, hasStorage } from "../context/context.js";
import {
  forgetNote,
  forgetRequests,
  isOwn,
  knownRequest,
  noteRequest,
  NONE,
  tellsRequestsApart,
} from "../host/request.js";
import { setGiven, shared } from "../host/shared.js";
import { warnOnce } from "../host/warn.js";

// Where a request begins, it is asked of so many others.
const MAX_PROBES = 16;

/**
 * @typedef {import("../../index.js").InitializeOptions} InitializeOptions
 * @typedef {import("./options.js").Settings} Settings
 * @typedef {import("./destination.js").Destination} Destination
 * @typedef {Settings & { destination: Destination | undefined, options: InitializeOptions }} Configuration
 */

/**
 * What the program itself gave: undefined where it wants nothing to be recorded, and with `options` where
 * they lack the key.
 * @typedef {{ configuration: Configuration | undefined, options?: InitializeOptions }} Given
 */

/**
 * @type {{
 *   inForce: Configuration | undefined, standIn: Configuration | undefined,
 *   general: Configuration | undefined, noted: boolean, several: boolean, anyInForce: boolean,
 *   given: Given | undefined, givenWithin: boolean,
 * }}
 */
const state = shared("configuration", () => ({
  inForce: undefined,
  standIn: undefined,
  // Set outside of any request: for those that say nothing of their own.
  general: undefined,
  // Requests have said something of their own, and not all of them the same.
  noted: false,
  several: false,
  anyInForce: false,
  // What the program itself gave outside of any request, and whether it gave something within one.
  given: undefined,
  givenWithin: false,
}));

/** For the request that runs. One probe for the newest, and none as long as all agree. */
export function configuration() {
  return (state.several ? ownConfiguration() : state.inForce) ?? state.standIn;
}

/** Never another request's: spans with the wrong key would be seen by the wrong people. */
function ownConfiguration() {
  const own = knownRequest()?.configuration ?? NONE;
  return own === NONE ? state.general : own;
}

/** For what concerns nobody's spans in particular, such as how long a flush may take. */
export function anyConfiguration() {
  return configuration() ?? state.inForce;
}

/** The last one that was set, by whichever request. */
export function lastConfiguration() {
  return state.inForce;
}

/** Says once why a span is not recorded that would be in another request. */
export function warnOfOthers() {
  if (state.several && state.anyInForce)
    warnOnce(
      "no request's own",
      "other requests have called Laminar.initialize, and this one has not: its spans are not recorded",
    );
}

/**
 * `given` if the program itself gave it; see givenHere.
 * @param {Configuration | undefined} configuration
 * @param {Given} [given]
 */
export function setConfiguration(configuration, given) {
  state.several ||= state.noted;
  state.inForce = configuration;
  confirmConfiguration(given);
}

/**
 * This request, too, goes by what is in force. Noted without asking whether it is known.
 * @param {Given} [given]
 */
export function confirmConfiguration(given) {
  if (given !== undefined) setGiven(true);
  if (!tellsRequestsApart()) {
    state.given = given ?? state.given;
    return;
  }
  const note = noteAround() ?? noteRequest();
  note.configuration = state.inForce;
  note.given = given ?? note.given;
  // Outside of any request nothing is a request's own.
  if (isOwn(note.token)) {
    state.noted = true;
    state.anyInForce ||= state.inForce !== undefined;
    state.givenWithin ||= given !== undefined;
  } else {
    forgetNote(note);
    state.general = state.inForce;
    state.given = given ?? state.given;
  }
}

/** Returns the note of the span around it, so that a request's open spans are counted in one place. */
function noteAround() {
  const note = hasStorage() ? activeSpan()?.request : undefined;
  return note !== undefined && isOwn(note.token) ? note : undefined;
}

/** What the program itself gave for the request that runs. */
export function givenHere() {
  const own = state.givenWithin ? knownRequest(MAX_PROBES)?.given : undefined;
  return own ?? state.given;
}

export function forgetConfigurations() {
  state.inForce = undefined;
  state.general = undefined;
  state.noted = false;
  state.several = false;
  state.anyInForce = false;
  state.given = undefined;
  state.givenWithin = false;
  setGiven(false);
  forgetRequests();
}

/**
 * What counts while nothing is in force: tests need no key.
 * @param {{ destination: { url: string, key: string }, budgetMs: number, core: object } | undefined} configuration
 */
export function setStandIn(configuration) {
  state.standIn = /** @type {Configuration | undefined} */ (configuration);
}
