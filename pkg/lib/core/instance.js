// The core's instance: made when first needed, replaced when it traps. It is wasm, or the same core
// as plain JavaScript: this file knows neither.
//
// Spans cross by `instance.exports`, as numbers. Everything else crosses by the glue that wasm-bindgen
// generates. Every closure that the glue makes for wasm passes a fence here: what throws inside of it
// never becomes the host's uncaught exception, and what belongs to a dead instance never runs again.

import { configuration } from "../options/configuration.js";
import { registerDestination } from "../options/destination.js";
import { shared } from "../host/shared.js";
import { messageOf, toName } from "../values/value.js";
import { warnOnce } from "../host/warn.js";

/** @import { Stats } from "../../index.js" */
/** @typedef {ReturnType<typeof import("../options/destination.js").destinationOf>} Destination */
/** @typedef {Omit<typeof import("../../wasm/laminar_edge_bg.js"), `__wb${string}`>} Calls */
/** @typedef {Calls & { __wbg_set_wasm(exports: object | undefined): void }} Glue */
/** @typedef {Calls & { memory: WebAssembly.Memory, __wbindgen_start?(): void }} Exports */
/** @typedef {{ glue: Glue, instantiate(imports: any): any, replace(made: any, change: any): any }} Core */
/** @typedef {"trap" | "stuck" | "replaced" | "shutdown"} EndCode */
/** @typedef {Omit<Stats, "open">} Ledger */
/** @typedef {ReturnType<typeof begin>} Instance */
/** @template T @typedef {(exports: Exports, instance: Instance, glue: Glue) => T} Action */

// A module that traps this often in a row is broken; trying on would only burn the host's time.
const MAX_REPLACEMENTS = 16;
// A batch of the usual size and what its growing left behind.
const RESTING_BYTES = 2 << 20;
// A fresh instance is slower at first: one burst may follow another.
const QUIET_FLUSHES = 8;
// One for a trap, and for each way in which a takeover may fail.
const MAX_TRIES = 4;
// Futures that killed requests have left. With this many a fresh instance takes over, without them.
const MAX_ABANDONED = 64;
// A closure counts its owner and, while it runs, itself; it is freed when the count passes zero.
const MAX_COUNTED = 4;
// What the glue calls while the closures of a dead instance are let go of.
const NOBODY = new Proxy({}, { get: () => () => {} });

const state = shared("instance", () => ({
  core: /** @type {Core | undefined} */ (undefined),
  loading: /** @type {Promise<unknown> | undefined} */ (undefined),
  live: /** @type {Instance | undefined} */ (undefined),
  dead: /** @type {Instance | undefined} */ (undefined),
  // What the glue calls: the exports of the live instance, or of the last one that was tried.
  wired: /** @type {Exports | undefined} */ (undefined),
  replacements: 0,
  // Flushes in a row that needed little of the memory there is.
  quiet: 0,
}));

/**
 * Sets what instances are made of; `undefined` while it loads, and for good if loading failed.
 *
 * `glue` is the namespace of the generated glue, `instantiate(imports)` returns the exports of a fresh
 * instance, and `replace(result, change)` applies `change` to the function that an import returns.
 * @type {(given: Core | undefined, promise?: Promise<unknown>) => void}
 */
export function setCore(given, promise) {
  // That of the first copy of the package which has one serves them all: its glue is wired to what lives.
  state.core ??= given;
  state.loading = promise ?? state.loading;
}

/** Resolves when the core is there or will never be. */
export function loaded() {
  return state.core === undefined ? state.loading : undefined;
}

/**
 * The instance to call, or undefined if there is none to be had.
 * @returns {Instance | undefined}
 */
export function current() {
  if (state.live !== undefined) return state.live;
  if (state.core === undefined || state.replacements > MAX_REPLACEMENTS)
    return undefined;
  let fresh;
  try {
    fresh = begin();
    const inForce = configuration();
    if (inForce !== undefined) state.core.glue.configure(inForce.core);
    if (state.dead !== undefined) takeOver(state.dead, fresh);
  } catch (error) {
    if (!isShortOfStack(error)) {
      state.replacements++;
      // Twice is no accident: its half of a successor knows the counters, and cannot fail over the
      // same chunk again.
      if (state.dead?.failed && fresh?.informed) state.dead = fresh;
      else if (state.dead !== undefined) state.dead.failed = true;
    }
    if (fresh !== undefined) letGo(fresh);
    warnOnce(
      "instantiate",
      `the wasm module could not be started: ${messageOf(error)}`,
    );
    return undefined;
  }
  state.dead = undefined;
  state.live = fresh;
  return state.live;
}

/**
 * Calls into wasm by `action(exports, instance, glue)`; returns `otherwise` if there is no instance or
 * the call ended it.
 * @template T, [U=undefined]
 * @param {Action<T>} action
 * @param {U} [otherwise]
 * @returns {T | U}
 */
export function attempt(action, otherwise) {
  const instance = current();
  if (instance === undefined) return /** @type {U} */ (otherwise);
  try {
    return action(
      instance.exports,
      instance,
      /** @type {Core} */ (state.core).glue,
    );
  } catch (error) {
    lose(instance, "trap", error);
    return /** @type {U} */ (otherwise);
  }
}

/**
 * The same, for what must be said: to the next instance, if that ended this one, and to its next.
 * @template T, [U=undefined]
 * @param {Action<T>} action
 * @param {U} [otherwise]
 * @returns {T | U}
 */
export function insist(action, otherwise) {
  for (let i = 0; i < MAX_TRIES; i++) {
    const answer = attempt(action);
    if (answer !== undefined) return answer;
  }
  return /** @type {U} */ (otherwise);
}

/** Returns the ledger of the last instance, once there will be no other: what it held is lost. */
export function finalLedger() {
  const { dead, core } = state;
  if (dead === undefined || core === undefined) return undefined;
  try {
    // Made to read what the dead one left, and for nothing else.
    if (dead.ledger === undefined) {
      const reader = begin();
      core.glue.adopt_counters(remains(dead));
      core.glue.reconcile();
      dead.ledger = core.glue.stats();
      letGo(reader);
    }
  } catch {
    // There is no memory for one now.
  }
  const { ledger } = dead;
  return ledger && { ...ledger, dropped: { ...ledger.dropped } };
}

/** A flush ran to its end: whatever went wrong before, this instance works. */
export function proveSound() {
  state.replacements = 0;
}

/**
 * A flush has sent so many bytes. Memory of wasm never shrinks: once flushes have needed little of it
 * for a while, a fresh instance has the counters, and what a burst took is collected with the old one.
 * @param {number} bytes
 */
export function rest(bytes) {
  if (/** @type {number} */ (state.live?.flushes.size) > 0) return;
  const held = state.live?.exports.memory.buffer.byteLength ?? 0;
  state.quiet = held > RESTING_BYTES && 4 * bytes < held ? state.quiet + 1 : 0;
  if (state.quiet < QUIET_FLUSHES) return;
  state.quiet = 0;
  const stats = attempt(ledger);
  if (stats?.buffered === 0 && stats.inFlight === 0)
    giveUp(/** @type {Instance} */ (state.live));
}

/**
 * What the core says of itself, for `attempt`.
 * @type {Action<Ledger>}
 */
export const ledger = (exports, instance, glue) => glue.stats();

/**
 * Hands over what a dead instance left in its memory; nothing of the dead one is called.
 * @type {(from: Instance, to: Instance) => void}
 */
function takeOver(from, to) {
  const { glue } = /** @type {Core} */ (state.core);
  // First, so that a trap on the way can lose spans but not the knowledge of them.
  const left = remains(from);
  glue.adopt_counters(left);
  to.informed = true;
  for (const number of glue.destinations_in_use(left)) {
    const destination = from.destinations[number];
    if (destination !== undefined)
      left.destinations[number] = registerDestination(destination, to);
  }
  glue.adopt_chunks(left);
}

/**
 * What src/js/adopt.rs has to know of a dead instance.
 * @param {Instance} dead
 */
function remains({ root, exports }) {
  const { buffer } = exports.memory;
  return {
    root,
    buffer,
    bytes: buffer.byteLength,
    // The numbers in its successor, by the numbers in the dead one.
    destinations: /** @type {number[]} */ ([]),
  };
}

/** @param {Instance} instance */
function giveUp(instance) {
  state.live = undefined;
  state.dead = instance;
  letGo(instance);
}

/** Returns how many flushes run, those of killed requests not counted. */
export function flushesUnderWay() {
  const now = Date.now();
  return [...(state.live?.flushes.values() ?? [])].filter((due) => due >= now)
    .length;
}

/** Lets a fresh instance take over from one that killed requests have left many futures in. */
export function replaceIfWorn() {
  const instance = state.live;
  const now = Date.now();
  let abandoned = 0;
  for (const due of instance?.flushes.values() ?? [])
    if (due < now) abandoned++;
  if (abandoned < MAX_ABANDONED) return;
  giveUp(/** @type {Instance} */ (instance));
  interrupt(/** @type {Instance} */ (instance), "replaced");
}

/**
 * Ends every flush of an instance at once, as shutdown does.
 * @type {(instance: Instance, code: EndCode) => void}
 */
function interrupt(instance, code) {
  for (const end of [...instance.flushes.keys()]) end(code);
}

/**
 * Lets go of what JavaScript holds for an instance that is never called again. Without this the
 * finalizers of its closures would free memory of the instance that is live by then.
 * @param {Instance} instance
 */
function letGo(instance) {
  const { glue } = /** @type {Core} */ (state.core);
  glue.__wbg_set_wasm(NOBODY);
  for (const closure of instance.closures)
    for (let i = 0; i < MAX_COUNTED; i++) closure._wbg_cb_unref();
  instance.closures.clear();
  glue.__wbg_set_wasm(state.wired);
}

/**
 * Gives an instance up. Its spans, leases and counters go to the next one.
 * @type {(instance: Instance, code: EndCode, error?: unknown) => void}
 */
export function lose(instance, code, error) {
  if (instance !== state.live) return;
  giveUp(instance);
  if (code !== "shutdown") {
    if (!isShortOfStack(error)) state.replacements++;
    warnOnce(
      "trap",
      `the wasm instance was replaced (${code}: ${toName(messageOf(error))}); what it held is taken over`,
    );
  }
  interrupt(instance, code);
}

/** The program's own trouble: says nothing about the module, nor about the memory it left. */
function isShortOfStack(/** @type {any} */ error) {
  return error instanceof RangeError || error?.name === "InternalError";
}

function begin() {
  const core = /** @type {Core & { glue: any }} */ (state.core);
  const { glue } = core;
  const instance = {
    exports: /** @type {Exports} */ (/** @type {unknown} */ (undefined)),
    // Addresses, for as long as it lives.
    root: 0,
    staging: 0,
    destinations: /** @type {Destination[]} */ ([]),
    // What JavaScript may still call.
    closures: /** @type {Set<{ _wbg_cb_unref(): void }>} */ (new Set()),
    // What ends each flush that is under way, and when it must be over.
    flushes: /** @type {Map<(code: EndCode) => void, number>} */ (new Map()),
    // Whether it has the counters of the one before, and whether taking this one over failed.
    informed: false,
    failed: false,
    // What became of its spans, where no other takes them over.
    ledger: /** @type {Ledger | undefined} */ (undefined),
  };
  // Growing by nothing detaches the views of the last memory that the glue keeps.
  state.wired?.memory.grow(0);
  const imports = { ...glue };
  const change = (/** @type {unknown} */ made) => fence(instance, made);
  for (const name of glue.CLOSURE_IMPORTS)
    imports[name] = (/** @type {any} */ data, /** @type {any} */ vtable) =>
      core.replace(glue[name](data, vtable), change);
  /** @type {Exports} */
  const exports = core.instantiate({ "./laminar_edge_bg.js": imports });
  state.wired = instance.exports = exports;
  glue.__wbg_set_wasm(exports);
  // Fills the table of references, which the core as JavaScript does not have.
  exports.__wbindgen_start?.();
  instance.root = exports.root() >>> 0;
  instance.staging = exports.staging() >>> 0;
  return instance;
}

/**
 * Stands around a closure of wasm's; anything else that the glue made comes back as it is.
 * @type {(instance: Instance, made: any) => unknown}
 */
function fence(instance, made) {
  if (typeof made?._wbg_cb_unref !== "function") return made;
  const fenced = (/** @type {unknown[]} */ ...args) => {
    if (instance !== state.live) return undefined;
    try {
      return made(...args);
    } catch (error) {
      lose(instance, "trap", error);
      return undefined;
    }
  };
  fenced._wbg_cb_unref = () => {
    if (!instance.closures.delete(made)) return;
    made._wbg_cb_unref();
  };
  instance.closures.add(made);
  return fenced;
}
