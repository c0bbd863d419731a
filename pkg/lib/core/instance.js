// The core's instance. It is made when first needed and replaced when it traps. The core is wasm, or the same
// code as plain JavaScript; this file works with either.
//
// Spans cross through `instance.exports`, as numbers. Everything else crosses through the glue that
// wasm-bindgen generates. Every closure that the glue makes for wasm is fenced here: an exception inside it
// never becomes the host's uncaught exception, and closures of a dead instance never run again.

import { configuration } from "../options/configuration.js";
import { shared } from "../host/shared.js";
import { messageOf, toName } from "../values/value.js";
import { warnOnce } from "../host/warn.js";
import { remains, takeOver } from "./take-over.js";

/** @import { Stats } from "../../index.js" */
/** @typedef {ReturnType<typeof import("../options/destination.js").destinationOf>} Destination */
/** @typedef {Omit<typeof import("../../wasm/laminar_edge_bg.js"), `__wb${string}`>} Calls */
/** @typedef {Calls & { __wbg_set_wasm(exports: object | undefined): void }} Glue */
/** @typedef {Calls & { memory: WebAssembly.Memory, __wbindgen_start?(): void }} Exports */
/** @typedef {{ glue: Glue, instantiate(imports: any): any, replace(made: any, change: any): any }} Core */
/** @typedef {"trap" | "stuck" | "replaced" | "shutdown" | "over"} EndCode `over`: a shutdown that lost no span. */
/** @typedef {Omit<Stats, "open">} Ledger */
/** @typedef {ReturnType<typeof begin>} Instance */
/** @template T @typedef {(exports: Exports, instance: Instance, glue: Glue) => T} Action */

// A module that traps this often in a row is broken. More attempts would only cost the host time.
const MAX_REPLACEMENTS = 16;
// The memory of a batch of the usual size, and what its growth left behind.
const RESTING_BYTES = 2 << 20;
// A fresh instance is slower at first, and a burst may follow another, so memory is kept for a while.
const QUIET_FLUSHES = 8;
// One for a trap, and one for each way in which a takeover may fail.
const MAX_TRIES = 4;
// Killed requests leave the futures of their flushes. At this many a fresh instance takes over, without them.
const MAX_ABANDONED = 64;
// The count of a closure includes its owner and, while it runs, itself. It is freed when the count passes zero.
const MAX_COUNTED = 4;
// What the glue calls while the closures of a dead instance are released.
const NOBODY = new Proxy({}, { get: () => () => {} });

const state = shared("instance", () => ({
  core: /** @type {Core | undefined} */ (undefined),
  loading: /** @type {Promise<unknown> | undefined} */ (undefined),
  live: /** @type {Instance | undefined} */ (undefined),
  dead: /** @type {Instance | undefined} */ (undefined),
  // What the glue calls: the exports of the live instance, or of the last one that was made.
  wired: /** @type {Exports | undefined} */ (undefined),
  replacements: 0,
  // How many flushes in a row needed little of the memory.
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
  // The first copy's core serves all copies, because its glue is bound to the live instance.
  state.core ??= given;
  state.loading = promise ?? state.loading;
}

/** Resolves when the core has loaded or has failed to. */
export function loaded() {
  return state.core === undefined ? state.loading : undefined;
}

/**
 * Returns the instance to call, or undefined if there can be none.
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
    if (state.dead !== undefined) takeOver(state.core.glue, state.dead, fresh);
  } catch (error) {
    if (!isShortOfStack(error)) {
      state.replacements++;
      // After the second failure the half-made successor is kept as it is: it has the counters, and cannot fail
      // at the same chunk again.
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

/** Returns an instance if none has failed: whoever warns of a failure must not cause another one. */
export function liveInstance() {
  const { live, dead, replacements } = state;
  return live ?? (dead || replacements > 0 ? undefined : current());
}

/**
 * Calls into wasm by `action(exports, instance, glue)`; returns `otherwise` if there is no instance or
 * the call ended it.
 * @template T, [U=undefined]
 * @param {Action<T>} action
 * @param {U} [otherwise]
 * @returns {T | U}
 */
export function callCore(action, otherwise) {
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
 * Does the same for calls that must arrive: they are repeated in the next instance if one ends during them.
 * @template T, [U=undefined]
 * @param {Action<T>} action
 * @param {U} [otherwise]
 * @returns {T | U}
 */
export function callCoreWithRetry(action, otherwise) {
  for (let i = 0; i < MAX_TRIES; i++) {
    const answer = callCore(action);
    if (answer !== undefined) return answer;
  }
  return /** @type {U} */ (otherwise);
}

/** Returns the ledger of the last instance if there will be no other: its spans count as lost. */
export function finalLedger() {
  const { dead, core } = state;
  if (dead === undefined || core === undefined) return undefined;
  try {
    // This instance is made only to read what the dead one left.
    if (dead.ledger === undefined) {
      const reader = begin();
      core.glue.adopt_counters(remains(dead));
      core.glue.reconcile();
      dead.ledger = core.glue.stats();
      letGo(reader);
    }
  } catch {
    // There is not enough memory for one now.
  }
  const { ledger } = dead;
  return ledger && JSON.parse(JSON.stringify(ledger));
}

/** Notes that a flush ran to its end, so that this instance works whatever failed before. */
export function proveSound() {
  state.replacements = 0;
}

/**
 * Notes how many bytes a flush has sent. Wasm memory never shrinks, so after several flushes that needed little
 * of it a fresh instance takes the counters over, and the memory of a burst is collected with the old one.
 * @param {number} bytes
 */
export function compactIfQuiet(bytes) {
  if (/** @type {number} */ (state.live?.flushes.size) > 0) return;
  const held = state.live?.exports.memory.buffer.byteLength ?? 0;
  state.quiet = held > RESTING_BYTES && 4 * bytes < held ? state.quiet + 1 : 0;
  if (state.quiet < QUIET_FLUSHES) return;
  state.quiet = 0;
  const stats = callCore(ledger);
  if (stats?.buffered === 0 && stats.inFlight === 0)
    giveUp(/** @type {Instance} */ (state.live));
}

/**
 * Returns the core's own ledger; pass it to `callCore`.
 * @type {Action<Ledger>}
 */
export const ledger = (exports, instance, glue) => glue.stats();

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

/**
 * Lets a fresh instance take over from one in which killed requests have left many futures, or which has many
 * destinations: it gets only those with spans.
 */
export function replaceIfWorn() {
  const instance = state.live;
  if (instance === undefined) return;
  const now = Date.now();
  let abandoned = 0;
  for (const due of instance.flushes.values()) if (due < now) abandoned++;
  if (
    abandoned < MAX_ABANDONED &&
    instance.destinations.length < instance.mostDestinations
  )
    return;
  giveUp(instance);
  interrupt(instance, "replaced");
}

/**
 * Ends every flush of an instance at once, as shutdown does.
 * @type {(instance: Instance, code: EndCode) => void}
 */
function interrupt(instance, code) {
  for (const end of [...instance.flushes.keys()]) end(code);
}

/**
 * Releases what JavaScript holds for an instance that is never called again. Otherwise the finalizers of its
 * closures would free memory of the instance that is live by then.
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
 * Gives up an instance. The next one takes over its spans, leases and counters.
 * @type {(instance: Instance, code: EndCode, error?: unknown) => void}
 */
export function lose(instance, code, error) {
  if (instance !== state.live) return;
  giveUp(instance);
  if (!isShutdown(code)) {
    if (!isShortOfStack(error)) state.replacements++;
    warnOnce(
      "trap",
      `the wasm instance was replaced (${code}: ${toName(messageOf(error))}); what it held is taken over`,
    );
  }
  interrupt(instance, code);
}

/** Returns whether the SDK was shut down. */
export const isShutdown = (/** @type {string} */ code) =>
  code === "shutdown" || code === "over";

/** Returns whether the program's stack was full, which says nothing about the module or its memory. */
function isShortOfStack(/** @type {any} */ error) {
  return error instanceof RangeError || error?.name === "InternalError";
}

function begin() {
  const core = /** @type {Core & { glue: any }} */ (state.core);
  const { glue } = core;
  const instance = {
    exports: /** @type {Exports} */ (/** @type {unknown} */ (undefined)),
    // Addresses, which are valid while it lives.
    root: 0,
    staging: 0,
    destinations: /** @type {Destination[]} */ ([]),
    // With so many, a fresh instance takes over.
    mostDestinations: 4096,
    // The closures that JavaScript may still call.
    closures: /** @type {Set<{ _wbg_cb_unref(): void }>} */ (new Set()),
    // For each flush that runs: a function that ends it, and its deadline.
    flushes: /** @type {Map<(code: EndCode) => void, number>} */ (new Map()),
    // Whether it has the counters of the one before, and whether a takeover of this one failed.
    informed: false,
    failed: false,
    // The ledger of its spans, if no other instance takes them over.
    ledger: /** @type {Ledger | undefined} */ (undefined),
  };
  // Growing the memory by zero pages detaches the views of the old memory that the glue keeps.
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
  // Fills the table of references. The JavaScript core has none.
  exports.__wbindgen_start?.();
  instance.root = exports.root() >>> 0;
  instance.staging = exports.staging() >>> 0;
  return instance;
}

/**
 * Fences a closure of wasm's. Anything else that the glue made is returned unchanged.
 * @type {(instance: Instance, made: any) => unknown}
 */
function fence(instance, made) {
  if (typeof made?._wbg_cb_unref !== "function") return made;
  /** @type {any} */
  const fenced = fencedCall(instance, made);
  fenced._wbg_cb_unref = () => {
    if (!instance.closures.delete(made)) return;
    made._wbg_cb_unref();
  };
  instance.closures.add(made);
  return fenced;
}

/**
 * Returns a function without a name, because bundlers that keep names add code for each.
 * @type {(instance: Instance, made: (...args: unknown[]) => unknown) => (...args: unknown[]) => unknown}
 */
function fencedCall(instance, made) {
  return (...args) => {
    if (instance !== state.live) return undefined;
    try {
      return made(...args);
    } catch (error) {
      lose(instance, "trap", error);
      return undefined;
    }
  };
}
