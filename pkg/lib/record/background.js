// Exports spans without a flush by the program: a batch when it is full, and the others after a delay.
//
// In Workers a timer belongs to the request that set it and dies with it, so each trace has a timer of its own.
// No request relies on another's timer, and each can also flush.

import { lastReading } from "../context/clock.js";
import { hasStorage } from "../context/context.js";
import { quietTimer } from "../host/quiet-timer.js";
import {
  knownRequest,
  MAX_PROBES,
  tellsRequestsApart,
  thisRequest,
} from "../host/request.js";
import { canSendLater, keepAlive } from "../host/send-later.js";
import { shared } from "../host/shared.js";

const DEFAULT_DELAY_MS = 5_000;
// A Worker's request may make few subrequests, so the delay grows while a request runs for long.
const MAX_DELAY_MS = 60_000;
const MAX_TRACES = 16;
// The first delay of spans that end after their event's flush. The delays grow from there.
const LATE_MS = 50;
// An export that runs for this much longer than the delay hangs, or died with its request. The next one does
// not wait for it.
const MARGIN_MS = 100;

// What is to be exported.
const NOTHING = 0;
const FULL = 1;
const ALL = 2;
// All spans, in pieces small enough to outlive a page.
const PIECES = 3;

const DONE = Promise.resolve();

// After ENOUGH_PROMPT requests in a row that flushed within PROMPT_MS of their first span, the next one gets no
// timer during that time. The clock of a Worker stands still until it awaits I/O.
const PROMPT_MS = 10;
const ENOUGH_PROMPT = 8;
let promptFlushes = 0;

/** @import { Span } from "../span/span.js" */
/** @typedef {ReturnType<typeof placeOf>} Place */
/** @typedef {{ all: boolean, inPieces: boolean }} What */

const state = shared("background", () => ({
  everywhere: placeOf(),
  recent: /** @type {Place[]} */ ([]),
  // Traces whose event has been flushed.
  flushed: /** @type {WeakSet<number[]>} */ (new WeakSet()),
  // The place of the turn that runs, and whether it has a timer.
  turn: /** @type {Place | undefined} */ (undefined),
  armed: false,
  exportBatches: async (/** @type {What} */ what) => {},
  delayMs: DEFAULT_DELAY_MS,
  everySpan: false,
  budgetMs: 0,
}));
const { recent, flushed } = state;

/**
 * Sets what exports. `run({ all, inPieces })` sends everything, or the full batches only; it never rejects.
 * @param {(what: What) => Promise<void>} run
 */
export function setExporter(run) {
  state.exportBatches = run;
}

/** @param {{ delayMs?: number | undefined, disableBatch?: boolean | undefined, budgetMs: number }} options */
export function configureBackground(options) {
  state.delayMs = options.delayMs ?? DEFAULT_DELAY_MS;
  state.everySpan = options.disableBatch === true;
  state.budgetMs = options.budgetMs;
}

/**
 * Notes that a span was buffered; `full` says whether a batch is full with it.
 * @type {(span: Span, full: boolean) => void}
 */
export function spanBuffered(span, full) {
  const place = here(span);
  if (place === undefined) return;
  if (full || state.everySpan) {
    start(place, state.everySpan ? ALL : FULL);
  } else if (
    place.armedUntil !== Infinity &&
    !state.armed &&
    !isFlushNear(place)
  ) {
    arm(place);
    // No timer fires before the turn is over, so one check is enough for all traces in it.
    state.armed = state.turn !== undefined;
  }
}

/**
 * Returns whether this request is likely to flush at once, as those before it did, so that it needs no timer.
 * If it does not flush, its next span sets one.
 * @param {Place} place
 */
function isFlushNear(place) {
  if (!tellsRequestsApart() || place.late) return false;
  const time = lastReading();
  place.bufferedAt ??= time;
  return promptFlushes >= ENOUGH_PROMPT && time - place.bufferedAt < PROMPT_MS;
}

/** Notes that the program flushes. */
export function noteUserFlush() {
  const place = recent.at(-1);
  if (place?.bufferedAt === undefined) return;
  const isPrompt = performance.now() - place.bufferedAt < PROMPT_MS;
  promptFlushes = isPrompt ? promptFlushes + 1 : 0;
  place.bufferedAt = undefined;
}

/** Exports all spans now; the caller does not wait for it. */
export function exportNow({ inPieces = false } = {}) {
  start(
    tellsRequestsApart() ? ofThisRequest() : state.everywhere,
    inPieces ? PIECES : ALL,
  );
}

/**
 * Notes that the event of this span is flushed now. Spans that end later, in work that the program gave to
 * waitUntil, are exported soon after, and their request is kept alive for that. `isObject` says that the event
 * is one of a Durable Object, whose other events go on.
 * @type {(span: Span, isObject?: boolean) => void}
 */
export function sendLate({ trace }, isObject) {
  if (!canSendLater()) return;
  flushed.add(trace);
  const place = recent.find(
    (/** @type {Place} */ each) => each.trace === trace,
  );
  if (place !== undefined) makeLate(place);
  // Later spans find no parent, so they are in traces of their own.
  if (!hasStorage() && tellsRequestsApart() && !isObject)
    makeLate(ofThisRequest());
}

/** @param {Place} place */
function makeLate(place) {
  place.late = true;
  place.armedUntil = 0;
  place.rounds = 0;
}

/** Returns the one place of this request, so that spans that end during an export are in its next round. */
function ofThisRequest() {
  return (thisRequest().late ??= placeOf());
}

/** @param {Span} span */
function here({ trace }) {
  if (!tellsRequestsApart())
    return canSendLater() && flushed.has(trace)
      ? ofTrace(trace)
      : state.everywhere;
  // Without waitUntil the end of the request would cut an export off.
  if (!canSendLater()) return undefined;
  // All spans that end in one turn belong to one request, which is costly to find unless its trace is the last.
  if (state.turn !== undefined) return state.turn;
  const last = recent.at(-1);
  if (last?.trace === trace) return last;
  state.turn = ofTrace(trace);
  // A promise costs less than queueMicrotask in workerd.
  DONE.then(endTurn);
  return state.turn;
}

/**
 * Ends the turn. It is also called at the start of a request, because the turn of a killed request never ends.
 */
export function endTurn() {
  state.turn = undefined;
  state.armed = false;
}

/** @type {(trace: number[]) => Place} */
function ofTrace(trace) {
  // Usually it is the last one.
  for (let i = recent.length - 1; i >= 0; i--)
    if (recent[i].trace === trace) return recent[i];
  const late = hasStorage() ? undefined : knownRequest(MAX_PROBES)?.late;
  if (late?.late) return late;
  const place = placeOf(trace);
  if (flushed.has(trace)) makeLate(place);
  if (recent.length >= MAX_TRACES) recent.shift();
  recent.push(place);
  return place;
}

/** @param {number[]} [trace] */
function placeOf(trace) {
  return {
    trace,
    // When the first span was buffered that has not been flushed since.
    bufferedAt: /** @type {number | undefined} */ (undefined),
    late: false,
    armedUntil: 0,
    rounds: 0,
    busyUntil: 0,
    wanted: NOTHING,
  };
}

/** @param {Place} place */
function arm(place) {
  const mortal = tellsRequestsApart();
  const now = mortal ? lastReading() : 0;
  if (place.armedUntil > now) return;
  const ms = delayOf(place, mortal);
  /** @type {((value?: unknown) => void) | undefined} */
  let over;
  const timer = quietTimer(() => {
    place.armedUntil = 0;
    place.rounds++;
    start(place, ALL);
    over?.();
  }, ms);
  // Where there are no timers, its spans are exported with a later request's.
  if (timer === undefined) return;
  if (place.late) keepAlive(new Promise((resolve) => (over = resolve)));
  // Timers are often late on a busy machine, so only one that must have died with its request is replaced.
  place.armedUntil = mortal ? now + 2 * ms + MARGIN_MS : Infinity;
}

/** @type {(place: Place, mortal: boolean) => number} */
function delayOf({ late, rounds }, mortal) {
  if (late)
    return Math.min(LATE_MS * 2 ** rounds, Math.max(state.delayMs, LATE_MS));
  return mortal
    ? Math.min(
        state.delayMs * 2 ** rounds,
        Math.max(state.delayMs, MAX_DELAY_MS),
      )
    : state.delayMs;
}

/** @type {(place: Place, what: number) => void} */
function start(place, what) {
  place.wanted = Math.max(place.wanted, what);
  // A page that is left cannot wait for the export that is under way.
  if (what !== PIECES && place.busyUntil > performance.now()) return;
  keepAlive(run(place));
}

/** @param {Place} place */
async function run(place) {
  while (place.wanted !== NOTHING) {
    const what = {
      all: place.wanted >= ALL,
      inPieces: place.wanted === PIECES,
    };
    place.wanted = NOTHING;
    place.busyUntil =
      performance.now() + Math.min(state.budgetMs, state.delayMs) + MARGIN_MS;
    await state.exportBatches(what);
  }
  place.busyUntil = 0;
}
