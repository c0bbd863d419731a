// Tells which request of an isolate runs now. In workerd only the request that made a socket may read its
// state; for others that throws. This tells requests apart without AsyncLocalStorage. Other runtimes never
// throw, and count as one request.

import { shared } from "./shared.js";

// The limit of notes about requests. Only requests that called initialize or have state of their own get one.
const MAX_REQUESTS = 256;
// Probing a token costs 20 µs when it belongs to another request, so a search stops after this many.
export const MAX_PROBES = 16;
// A trace begins in the hot path, so its search stops earlier.
const ROOT_PROBES = 4;
// The limit of notes that only count open spans.
const MAX_ROOTS = 16;

/** Stands for the configuration of a request that has not set one. */
export const NONE = Symbol.for("laminar-edge.none");

/**
 * What the SDK knows of a request.
 * @typedef {ReturnType<typeof noteOf>} Note
 * @typedef {import("../options/configuration.js").Configuration} Configuration
 */

/** @type {{ apart: boolean, known: Note[], everything: Note }} */
const state = shared("requests", () => ({
  apart: false,
  // The one found last stands at the end, where searches begin.
  known: [],
  everything: noteOf(undefined),
}));
const { known } = state;

/** @typedef {{ token: unknown, note: Note }} Root */
/** Notes that only count the open spans of their request. @type {Root[]} */
const roots = shared("roots", () => []);
/** The one that was found or made last; mostly the request that runs is still the same. @type {Root | undefined} */
let latest;

/** Called by the entry of a runtime that keeps requests apart. */
export function setRequestsApart() {
  state.apart = true;
}

export function tellsRequestsApart() {
  return state.apart;
}

/** Returns an object that belongs to the request that runs. */
export function requestToken() {
  try {
    // The socket is never connected. Lighter objects do not work: since late 2026 workerd lets every request
    // read an abort signal.
    return new WebSocketPair()[0];
  } catch {
    // Outside of a request there are no sockets. This object belongs to no request.
    return {};
  }
}

/**
 * Returns whether the request that runs made the token.
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
    // The options that the program itself gave.
    /** @type {import("../options/configuration.js").Given | undefined} */
    given: undefined,
    // Whether it has called flush.
    flushed: false,
    // The place of spans that end after its flush.
    /** @type {import("../record/background.js").Place | undefined} */
    late: undefined,
    // How many of its spans have begun and not ended.
    open: 0,
    // How many bytes its invocation has handed to a Tail Worker.
    handedBytes: 0,
  };
}

/** Makes a note about the request that runs, without looking for an existing one. */
export function noteRequest() {
  const note = noteOf(requestToken());
  if (known.length >= MAX_REQUESTS) known.shift();
  known.push(note);
  latest = { token: note.token, note };
  return note;
}

/**
 * Removes a note that turned out to belong to no request.
 * @param {Note} note
 */
export function forgetNote(note) {
  const at = known.lastIndexOf(note);
  if (at >= 0) known.splice(at, 1);
}

/** Returns the note about the request that runs, if it is among the `most` last ones. */
export function knownRequest(most = MAX_REQUESTS) {
  const end = Math.max(known.length - most, 0);
  for (let i = known.length - 1; i >= end; i--) {
    const found = known[i];
    if (!isOwn(found.token)) continue;
    if (i < known.length - 1) known.push(...known.splice(i, 1));
    latest = { token: found.token, note: found };
    return found;
  }
  return undefined;
}

/** Returns the note about the request that runs, a new one if there is none. */
export function thisRequest() {
  if (!state.apart) return state.everything;
  return knownRequest(MAX_PROBES) ?? noteRequest();
}

/** Notes that the request that runs has flushed. */
export function noteFlushed() {
  // A new note says as much as one without any state, and costs less than to look for that.
  const found = state.apart
    ? ownAmong(known, noteItself, (note) => !isBlank(note), MAX_PROBES)
    : state.everything;
  (found ?? noteRequest()).flushed = true;
}

/** @param {Note} note */
function isBlank({ configuration, given, late, open, handedBytes }) {
  return (
    open === 0 &&
    configuration === NONE &&
    given === undefined &&
    late === undefined &&
    handedBytes === 0
  );
}

/**
 * Returns the note about the request in which a trace begins. A request that has none gets one that only counts its
 * open spans: to look for it anew with each span would cost more than recording the span.
 */
export function requestOfRoot() {
  if (!state.apart) return state.everything;
  if (latest !== undefined && isOwn(latest.token)) return latest.note;
  return (
    ownAmong(known, noteItself, hasOpen, ROOT_PROBES) ??
    ownAmong(roots, noteIn, hasOpen, ROOT_PROBES) ??
    noteRoot()
  );
}

/**
 * Returns the note of the request that runs, if it is the last one or among those that are worth a probe.
 * @template {{ token: unknown }} Entry
 * @param {Entry[]} list
 * @param {(entry: Entry) => Note} noteOfEntry
 * @param {(note: Note) => boolean} isWorth
 * @param {number} most
 */
function ownAmong(list, noteOfEntry, isWorth, most) {
  const last = list.length - 1;
  let probes = 0;
  for (let i = last; i >= 0 && probes < most; i--) {
    const note = noteOfEntry(list[i]);
    if (i < last && !isWorth(note)) continue;
    if (isOwn(list[i].token)) {
      if (i < last) list.push(...list.splice(i, 1));
      latest = { token: list[last].token, note };
      return note;
    }
    probes++;
  }
  return undefined;
}

const hasOpen = (/** @type {Note} */ { open }) => open > 0;
const noteItself = (/** @type {Note} */ note) => note;
const noteIn = (/** @type {Root} */ { note }) => note;

function noteRoot() {
  const token = requestToken();
  const note = noteOf(undefined);
  // The code outside of any request owns no token.
  if (isOwn(token)) {
    if (roots.length >= MAX_ROOTS) roots.shift();
    latest = { token, note };
    roots.push(latest);
  }
  return note;
}

/** Returns how many spans of the request that runs have begun and not ended, as far as that is known. */
export function openHere() {
  if (!state.apart) return state.everything.open;
  return openIn(known, noteItself) + openIn(roots, noteIn);
}

/**
 * @template {{ token: unknown }} Entry
 * @param {Entry[]} list
 * @param {(entry: Entry) => Note} noteOfEntry
 */
function openIn(list, noteOfEntry) {
  let probes = 0;
  for (let i = list.length - 1; i >= 0 && probes < MAX_PROBES; i--) {
    const { open } = noteOfEntry(list[i]);
    // A request without open spans needs no probe: it would add nothing.
    if (open === 0) continue;
    if (isOwn(list[i].token)) return open;
    probes++;
  }
  return 0;
}

export function forgetRequests() {
  known.length = 0;
  roots.length = 0;
  latest = undefined;
}
