// The core's instance: made when first needed, replaced when it traps. It is wasm, or the same core
// as plain JavaScript: this file knows neither.
//
// It imports nothing and keeps nothing of JavaScript's, so that one that is given up is collected. Its
// exports take and give numbers, so nothing stands between them and their callers.

import { configuration } from "../options/configuration.js";
import { stageText } from "./staging.js";
import { figuresOf } from "./stats.js";
import { lastStats, takeOver } from "./takeover.js";
import { messageOf, toName } from "../values/value.js";
import { warnOnce } from "../host/warn.js";

// A module that traps this often in a row is broken; trying on would only burn the host's time.
const MAX_REPLACEMENTS = 16;
// A batch of the usual size and what its growing left behind.
const RESTING_BYTES = 2 << 20;
// A fresh instance is slower at first: one burst may follow another.
const QUIET_FLUSHES = 8;
// One for a trap, and for each way in which a takeover may fail.
const MAX_TRIES = 4;

// Gives the exports of a fresh instance.
let instantiate;
let loading;
let live;
let dead;
let replacements = 0;
// Flushes in a row that needed little of the memory there is.
let quiet = 0;

/** How to make an instance: its exports. `undefined` while that loads, and for good if loading failed. */
export function setCore(given, promise) {
  instantiate = given;
  loading = promise;
}

/** Resolves when the core is there or will never be. */
export function loaded() {
  return instantiate === undefined ? loading : undefined;
}

/** The instance to call, or undefined if there is none to be had. */
export function current() {
  if (live !== undefined) return live;
  if (instantiate === undefined || replacements > MAX_REPLACEMENTS)
    return undefined;
  let fresh;
  try {
    fresh = begin(instantiate());
    if (configuration() !== undefined) putInForce(configuration().core, fresh);
    if (dead !== undefined) takeOver(dead, fresh);
  } catch (error) {
    if (!isShortOfStack(error)) {
      replacements++;
      // Twice is no accident: its half of a successor knows the counters, and cannot fail over the
      // same chunk again.
      if (dead?.failed && fresh?.informed) dead = fresh;
      else if (dead !== undefined) dead.failed = true;
    }
    warnOnce(
      "instantiate",
      `the wasm module could not be started: ${messageOf(error)}`,
    );
    return undefined;
  }
  dead = undefined;
  live = fresh;
  return live;
}

/**
 * Calls into wasm by `action(exports, instance)`; gives `otherwise` if there is no instance or the call
 * ended it.
 */
export function attempt(action, otherwise) {
  const instance = current();
  if (instance === undefined) return otherwise;
  try {
    return action(instance.exports, instance);
  } catch (error) {
    lose(instance, "trap", error);
    return otherwise;
  }
}

/** The same, for what must be said: to the next instance, if that ended this one, and to its next. */
export function insist(action, otherwise) {
  for (let i = 0; i < MAX_TRIES; i++) {
    const answer = attempt(action);
    if (answer !== undefined) return answer;
  }
  return otherwise;
}

/** The figures of the last instance, once there will be no other. */
export function finalStats() {
  return dead && lastStats(dead);
}

/** A flush ran to its end: whatever went wrong before, this instance works. */
export function proveSound() {
  replacements = 0;
}

/**
 * A flush has sent so many bytes. Memory of wasm never shrinks: once flushes have needed little of it
 * for a while, a fresh instance has the counters, and what a burst took is collected with the old one.
 */
export function rest(bytes) {
  const held = live?.exports.memory.buffer.byteLength ?? 0;
  quiet = held > RESTING_BYTES && 4 * bytes < held ? quiet + 1 : 0;
  if (quiet < QUIET_FLUSHES) return;
  quiet = 0;
  const [, buffered, inFlight] = attempt(figuresOf) ?? [];
  if (buffered + inFlight === 0) giveUp(live);
}

function giveUp(instance) {
  live = undefined;
  dead = instance;
}

/** Gives an instance up. Its spans, leases and counters go to the next one. */
export function lose(instance, code, error) {
  if (instance !== live) return;
  giveUp(instance);
  if (code !== "shutdown") {
    if (!isShortOfStack(error)) replacements++;
    warnOnce(
      "trap",
      `the wasm instance was replaced (${code}: ${toName(messageOf(error))}); what it held is taken over`,
    );
  }
}

/** The program's own trouble: says nothing about the module, nor about the memory it left. */
function isShortOfStack(error) {
  return error instanceof RangeError || error?.name === "InternalError";
}

function begin(exports) {
  return {
    exports,
    // Addresses, for as long as it lives.
    root: exports.root() >>> 0,
    staging: exports.staging() >>> 0,
    destinations: [],
    // Whether it has the counters of the one before, and whether taking this one over failed.
    informed: false,
    failed: false,
  };
}

/** Options, as numbers: what is none stands for the default. */
export function putInForce(options, instance) {
  instance.exports.configure(
    options.maxExportBatchSize ?? NaN,
    options.maxExportBatchSizeBytes ?? NaN,
    options.maxQueueSize ?? NaN,
    options.maxQueueBytes ?? NaN,
    options.redelivery === "at-most-once",
    stageText(instance, options.runtime ?? ""),
  );
}
