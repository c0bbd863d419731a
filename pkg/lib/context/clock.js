// Milliseconds since 1970 with a fraction: microseconds where the host has them. Strictly
// increasing, so that siblings keep their order where the clock stands still during CPU work.

import { shared } from "../host/shared.js";
import { isA } from "../values/value.js";

// The smallest step that a double of this size can make.
const STEP_MS = 0.00025;
// A clock that went back further than this was set, and is followed.
const JUMP_MS = 1000;

// What performance.now() counts from, the last answer, and what performance.now() said then. Not variables:
// each new value of one would be an object.
/** @type {Float64Array} */
const state = shared("clock", () => Float64Array.of(NaN, 0, 0));
/** @type {{ now: (() => number) | undefined }} */
const test = shared("clock of a test", () => ({ now: undefined }));

// What the two clocks may be apart: the wall clock shows whole milliseconds, and others set it a little.
const DRIFT_MS = 10;

/**
 * Ties the steady clock to the wall clock again if they have come apart, as they do where a suspended
 * host goes on; cheap, called whenever a trace begins here.
 */
export function checkClock() {
  const apart = Date.now() - (state[0] + performance.now());
  // Not a number before there was a time.
  if (!(Math.abs(apart) < DRIFT_MS)) anchorClock();
}

/** Ties the steady clock to the wall clock again; cheap, called with every initialize and flush. */
export function anchorClock() {
  const wall = Date.now();
  // A Worker's global scope says 0: there is no time yet.
  state[0] = wall === 0 ? NaN : wall - performance.now();
}

/**
 * Another clock: a function that says milliseconds since 1970.
 * @type {(clock: (() => number) | undefined) => void}
 */
export function setClock(clock) {
  test.now = clock;
}

/** 0 if there is no time yet. */
export function now() {
  if (test.now !== undefined) return test.now();
  if (state[0] !== state[0]) {
    anchorClock();
    if (state[0] !== state[0]) return 0;
  }
  const last = state[1];
  const reading = performance.now();
  let time = state[0] + reading;
  if (time <= last && last - time < JUMP_MS) time = last + STEP_MS;
  state[1] = time;
  state[2] = reading;
  return time;
}

/** Returns performance.now() of when the time was asked for last, for those who are called right after that. */
export function lastReading() {
  return test.now === undefined ? state[2] : performance.now();
}

/**
 * OpenTelemetry's TimeInput as milliseconds since 1970; undefined for anything else.
 * @type {(input: unknown) => number | undefined}
 */
export function fromTimeInput(input) {
  if (typeof input === "object" && input !== null) return fromObject(input);
  if (typeof input !== "number") return undefined;
  // Not yet reached by performance.now(): a moment since 1970, be it before this process began.
  return valid(
    input <= performance.now() ? performance.timeOrigin + input : input,
  );
}

/** @type {(input: object) => number | undefined} */
function fromObject(input) {
  try {
    if (Array.isArray(input)) return valid(input[0] * 1e3 + input[1] / 1e6);
    return isA(input, Date)
      ? valid(/** @type {Date} */ (input).getTime())
      : undefined;
  } catch {
    return undefined;
  }
}

/** @type {(ms: number) => number | undefined} */
function valid(ms) {
  return ms > 0 && ms < 2 ** 53 ? ms : undefined;
}
