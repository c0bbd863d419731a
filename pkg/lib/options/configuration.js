// The configurations that initialize sets. A span keeps the destination it started with, so a change affects
// later spans only, and in workerd only those of the request that made it.

import { activeSpan, hasStorage } from "../context/context.js";
import {
  forgetNote,
  forgetRequests,
  isOwn,
  knownRequest,
  MAX_PROBES,
  noteRequest,
  NONE,
  tellsRequestsApart,
} from "../host/request.js";
import { setGiven, shared } from "../host/shared.js";
import { warnOnce } from "../host/warn.js";

/**
 * @typedef {import("../../index.js").InitializeOptions} InitializeOptions
 * @typedef {import("./options.js").Settings} Settings
 * @typedef {import("./destination.js").Destination} Destination
 * @typedef {Settings & { destination: Destination | undefined, options: InitializeOptions }} Configuration
 */

/**
 * What the program itself gave. The configuration is undefined if nothing is to be recorded; `options` are
 * there if they lack the key.
 * @typedef {{ configuration: Configuration | undefined, options?: InitializeOptions }} Given
 */

/**
 * @type {{
 *   inForce: Configuration | undefined, standIn: Configuration | undefined,
 *   general: Configuration | undefined, noted: boolean, several: boolean, anyInForce: boolean,
 *   given: Given | undefined, givenWithin: boolean, initializations: number,
 * }}
 */
const state = shared("configuration", () => ({
  inForce: undefined,
  standIn: undefined,
  // Set outside of any request, for requests that set none of their own.
  general: undefined,
  // Whether requests have set configurations of their own, and whether these differ.
  noted: false,
  several: false,
  anyInForce: false,
  // What the program itself gave outside of any request, and whether it gave anything within one.
  given: undefined,
  givenWithin: false,
  // How often a configuration was set or confirmed.
  initializations: 0,
}));

/**
 * Returns the configuration of the request that runs. It costs one probe for the newest request, and none while
 * all have the same.
 */
export function configuration() {
  return (state.several ? ownConfiguration() : state.inForce) ?? state.standIn;
}

/** Never returns another request's: its key would show the spans to another project. */
function ownConfiguration() {
  const own = knownRequest()?.configuration ?? NONE;
  return own === NONE ? state.general : own;
}

/**
 * Returns a configuration for questions that do not depend on the request, such as how long a flush may take.
 */
export function anyConfiguration() {
  return configuration() ?? state.inForce;
}

/** Returns the last one that was set, by any request. */
export function lastConfiguration() {
  return state.inForce;
}

/** Warns once that spans are not recorded because only other requests have called initialize. */
export function warnOfOthers() {
  if (state.several && state.anyInForce)
    warnOnce(
      "no request's own",
      "other requests have called Laminar.initialize, and this one has not: its spans are not recorded",
    );
}

/**
 * Sets the configuration. `given` is passed if the program itself gave it; see givenHere.
 * @param {Configuration | undefined} configuration
 * @param {Given} [given]
 */
export function setConfiguration(configuration, given) {
  state.several ||= state.noted;
  state.inForce = configuration;
  confirmConfiguration(given);
}

/**
 * Notes that this request uses the current configuration. It does not look for an existing note.
 * @param {Given} [given]
 */
export function confirmConfiguration(given) {
  state.initializations++;
  if (given !== undefined) setGiven(true);
  if (!tellsRequestsApart()) {
    state.given = given ?? state.given;
    return;
  }
  const note = noteAround() ?? noteRequest();
  note.configuration = state.inForce;
  note.given = given ?? note.given;
  // The code outside of any request owns no token.
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

/** Returns what the program itself gave for the request that runs. */
export function givenHere() {
  const own = state.givenWithin ? knownRequest(MAX_PROBES)?.given : undefined;
  return own ?? state.given;
}

/** Returns a number that changes with every call of initialize. */
export function countInitializations() {
  return state.initializations;
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
 * Sets the configuration that applies while there is no other, so that tests need no key.
 * @param {{ destination: { url: string, key: string }, budgetMs: number, core: object } | undefined} configuration
 */
export function setStandIn(configuration) {
  state.standIn = /** @type {Configuration | undefined} */ (configuration);
}
