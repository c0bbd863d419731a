// Milliseconds since 1970 with a fraction: microseconds where the host has them. They strictly increase, so
// that siblings keep their order where the clock stands still during CPU work.

import { shared } from "../host/shared.js";
import { isA } from "../values/value.js";

// The smallest step between doubles of this size.
const STEP_MS = 0.00025;
// A clock that goes back further than this has been set, and is followed.
const JUMP_MS = 1000;

// The wall time of performance.now() = 0, the last time returned, and the performance.now() of that time. They
// are in a typed array, because the engine would allocate an object for each new value of a variable.
/** @type {Float64Array} */
const state = shared("clock", () => Float64Array.of(NaN, 0, 0));
/** @type {{ now: (() => number) | undefined }} */
const test = shared("clock of a test", () => ({ now: undefined }));

// How far the two clocks may be apart: the wall clock shows whole milliseconds, and the system corrects it.
const DRIFT_MS = 10;

/**
 * Anchors the monotonic clock to the wall clock if they have come apart, as they do when a suspended host
 * resumes. It is cheap, and called whenever a trace begins.
 */
export function checkClock() {
  const apart = Date.now() - (state[0] + performance.now());
  // The difference is NaN until there is a time.
  if (!(Math.abs(apart) < DRIFT_MS)) anchorClock();
}

/** Anchors the monotonic clock to the wall clock. It is cheap; each flush and each change of options call it. */
export function anchorClock() {
  const wall = Date.now();
  // In a Worker's global scope Date.now() is 0, because there is no time yet.
  state[0] = wall === 0 ? NaN : wall - performance.now();
}

/**
 * Sets another clock: a function that returns milliseconds since 1970.
 * @type {(clock: (() => number) | undefined) => void}
 */
export function setClock(clock) {
  test.now = clock;
}

/** Returns the time; 0 if there is none yet. */
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

/** Returns performance.now() as it was at the last call of `now`, for callers that come right after it. */
export function lastReading() {
  return test.now === undefined ? state[2] : performance.now();
}

/**
 * Converts OpenTelemetry's TimeInput to milliseconds since 1970; undefined for anything else.
 * @type {(input: unknown) => number | undefined}
 */
export function fromTimeInput(input) {
  if (typeof input === "object" && input !== null) return fromObject(input);
  if (typeof input !== "number") return undefined;
  // A number above performance.now() is a time since 1970, even one before this process began.
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
