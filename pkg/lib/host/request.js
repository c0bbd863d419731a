// Which request of an isolate runs right now. workerd lets only the request that made a socket ask for
// its state, and says so with an exception: that tells requests apart without AsyncLocalStorage.
// Elsewhere nobody is turned away, and all is one request.

import { shared } from "./shared.js";

// What is known of requests: those that called initialize, or had something to remember.
const MAX_REQUESTS = 256;
// Asking whose a token is costs 20 µs where the answer is no: this often for one that is not known.
const MAX_PROBES = 16;
// And this often where a trace begins, which happens in the hot path.
const ROOT_PROBES = 4;

/** Nothing was said of a request's configuration. */
export const NONE = Symbol.for("laminar-edge.none");

/**
 * What is known of a request.
 * @typedef {ReturnType<typeof noteOf>} Note
 * @typedef {import("../options/configuration.js").Configuration} Configuration
 */

/** @type {{ apart: boolean, known: Note[], everything: Note }} */
const state = shared("requests", () => ({
  apart: false,
  // The one found last is asked first.
  known: [],
  everything: noteOf(undefined),
}));
const { known } = state;

/** Said by the entry of a runtime that does. */
export function setRequestsApart() {
  state.apart = true;
}

export function tellsRequestsApart() {
  return state.apart;
}

/** Something of this request's own. */
export function requestToken() {
  try {
    // Nobody ever connects it. Since late 2026 nothing lighter does: an abort signal is everybody's there.
    return new WebSocketPair()[0];
  } catch {
    // Where there is none, it is no request, and nobody's own.
    return {};
  }
}

/**
 * Whether the request that runs is the one that made the token.
 * @param {any} token
 */
export function isOwn(token) {
  try {
    return token.readyState !== undefined;
  } catch {
    return false;
  }
}

/** @param {unknown} token */
function noteOf(token) {
  return {
    token,
    /** @type {Configuration | undefined | typeof NONE} */
    configuration: NONE,
    // What its program itself gave.
    /** @type {import("../options/configuration.js").Given | undefined} */
    given: undefined,
    // It has called flush.
    flushed: false,
    // Where its spans go that end after that.
    /** @type {import("../record/background.js").Place | undefined} */
    late: undefined,
    // Its spans that have begun and not ended.
    open: 0,
    // Bytes that its invocation has handed to a Tail Worker.
    handedBytes: 0,
  };
}

/** A note about the request that runs, without asking whether there is one already. */
export function noteRequest() {
  const note = noteOf(requestToken());
  if (known.length >= MAX_REQUESTS) known.shift();
  known.push(note);
  return note;
}

/**
 * Forgets a note that turned out to be no request's.
 * @param {Note} note
 */
export function forgetNote(note) {
  const at = known.lastIndexOf(note);
  if (at >= 0) known.splice(at, 1);
}

/** The note about the request that runs, if it is among the `most` last ones. */
export function knownRequest(most = MAX_REQUESTS) {
  const end = Math.max(known.length - most, 0);
  for (let i = known.length - 1; i >= end; i--) {
    const found = known[i];
    if (!isOwn(found.token)) continue;
    if (i < known.length - 1) known.push(...known.splice(i, 1));
    return found;
  }
  return undefined;
}

/** The note about the request that runs, a new one if there is none. */
export function thisRequest() {
  if (!state.apart) return state.everything;
  return knownRequest(MAX_PROBES) ?? noteRequest();
}

/**
 * Notes that the request that runs has flushed, while it has nothing under way that goes by its note. Where
 * requests say nothing of their own, a new note costs less than to ask whose the others are.
 */
export function noteFlushed() {
  const newest = known.at(-1);
  const isNew =
    newest !== undefined && known.every(isBlank) && !isOwn(newest.token);
  (isNew ? noteRequest() : thisRequest()).flushed = true;
}

/** @param {Note} note */
function isBlank({ configuration, given, late, open }) {
  return (
    open === 0 &&
    configuration === NONE &&
    given === undefined &&
    late === undefined
  );
}

/** Returns the note about the request in which a trace begins; undefined if it is hard to find. */
export function requestOfRoot() {
  return state.apart ? knownRequest(ROOT_PROBES) : state.everything;
}

/** Returns how many spans of the request that runs have begun and not ended, as far as that is known. */
export function openHere() {
  if (!state.apart) return state.everything.open;
  let probes = 0;
  for (let i = known.length - 1; i >= 0 && probes < MAX_PROBES; i--) {
    const { token, open } = known[i];
    // Whose it is makes no difference.
    if (open === 0) continue;
    if (isOwn(token)) return open;
    probes++;
  }
  return 0;
}

export function forgetRequests() {
  known.length = 0;
}
