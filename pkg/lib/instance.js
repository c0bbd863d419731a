// The core's instance: made when first needed, replaced when it traps. It is wasm, or the same core
// as plain JavaScript: this file knows neither.
//
// Generated glue is wrapped, not edited. Every closure that wasm hands to JavaScript passes a
// fence here: what throws inside it never becomes the host's uncaught exception, and what belongs
// to a dead instance never runs in its successor.

import { configuration } from "./configuration.js";
import { lastStats, takeOver } from "./takeover.js";
import { messageOf, toName } from "./value.js";
import { warnOnce } from "./warn.js";

// A module that traps this often in a row is broken; trying on would only burn the host's time.
const MAX_REPLACEMENTS = 16;
const TIMER = /^__wbg_(set|clear)Timeout/;
const MAX_ABANDONED = 64;

let core;
let loading;
let live;
let dead;
let replacements = 0;
// What the glue calls: the live instance's exports, or those of the last one that was tried.
let wired;
// A dead instance's closures must never be collected: their finalizers would free memory of the
// instance that is live by then.
const buried = [];
const fences = new WeakSet();

/**
 * What instances are made of; `undefined` while it loads, and for good if loading failed.
 *
 * `glue` is the namespace of the generated glue, `instantiate(imports)` gives the exports of a fresh
 * instance, `replace(result, change)` applies `change` to the function that an import gives back, and
 * `seen(result)` is what that is where it is no function.
 */
export function setCore(loaded, promise) {
  core = loaded;
  loading = promise;
}

/** Resolves when the core is there or will never be. */
export function loaded() {
  return core === undefined ? loading : undefined;
}

/** The instance to call, or undefined if there is none to be had. */
export function current() {
  if (live !== undefined) return live;
  if (core === undefined || replacements > MAX_REPLACEMENTS) return undefined;
  let fresh;
  try {
    fresh = instantiate();
    if (configuration() !== undefined)
      core.glue.configure(configuration().core);
    if (dead !== undefined) takeOver(dead, fresh, core.glue);
  } catch (error) {
    if (!isShortOfStack(error)) {
      replacements++;
      // Twice is no accident: its half of a successor knows the counters, and cannot fail over the
      // same chunk again.
      if (dead?.failed && fresh?.informed) dead = fresh;
      else if (dead !== undefined) dead.failed = true;
    }
    if (fresh !== undefined) buried.push(fresh.closures);
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

/** Calls into wasm; `otherwise` if there is no instance or the call ended it. */
export function attempt(action, otherwise) {
  const instance = current();
  if (instance === undefined) return otherwise;
  try {
    return action(instance, core.glue);
  } catch (error) {
    lose(instance, "trap", error);
    return otherwise;
  }
}

/** The same, for what only this instance can do: undefined if it is gone. */
export function attemptOn(instance, action) {
  return attempt((live, glue) =>
    live === instance ? action(glue) : undefined,
  );
}

/** The same, for what must be said: once more, to the next instance, if it ended this one. */
export function attemptTwice(action, otherwise) {
  return attempt(action) ?? attempt(action, otherwise);
}

/** The figures of the last instance, once there will be no other. */
export function finalStats() {
  return dead && lastStats(dead);
}

/** A flush ran to its end: whatever went wrong before, this instance works. */
export function proveSound() {
  replacements = 0;
}

/** Gives an instance up. Its spans, leases and counters go to the next one. */
export function lose(instance, code, error) {
  if (instance !== live) return;
  live = undefined;
  dead = instance;
  buried.push(instance.closures);
  // Nobody will clear them, and they would keep a process for as long as a budget.
  for (const timer of instance.timers) timer.unref();
  if (code !== "shutdown") {
    if (!isShortOfStack(error)) replacements++;
    warnOnce(
      "trap",
      `the wasm instance was replaced (${code}: ${toName(messageOf(error))}); what it held is taken over`,
    );
  }
  for (const settle of [...instance.flushes.keys()]) settle(code);
}

/**
 * Requests that were killed leave the futures of their flushes in the instance, where nobody wakes
 * them again. Once there are many, a fresh one takes over and they go with the old.
 */
export function retireIfWorn() {
  const instance = live;
  const now = Date.now();
  let abandoned = 0;
  for (const due of instance?.flushes.values() ?? [])
    if (due < now) abandoned++;
  if (abandoned < MAX_ABANDONED) return;
  live = undefined;
  dead = instance;
  // Without a successor the closures stay: their memory may be needed for another try.
  if (current() === undefined) buried.push(instance.closures);
  else release(instance);
  for (const settle of [...instance.flushes.keys()]) settle("trap");
}

/** Frees what JavaScript holds of an instance that works, so that all of it can be collected. */
function release(instance) {
  core.glue.__wbg_set_wasm(instance.exports);
  try {
    for (const closure of instance.closures) closure._wbg_cb_unref();
  } catch {
    buried.push(instance.closures);
  }
  core.glue.__wbg_set_wasm(wired);
}

/** The program's own trouble: says nothing about the module, nor about the memory it left. */
function isShortOfStack(error) {
  return error instanceof RangeError || error?.name === "InternalError";
}

function instantiate() {
  const instance = {
    exports: undefined,
    root: 0,
    destinations: [],
    closures: new Set(),
    // What settles each that is under way, and when it must be over.
    flushes: new Map(),
    timers: new Set(),
    // Whether it has the counters of the one before, and whether taking this one over failed.
    informed: false,
    failed: false,
  };
  // Growing by nothing detaches the views of the last memory that the glue has cached.
  wired?.memory.grow(0);
  const { glue } = core;
  const imports = {};
  for (const [name, value] of Object.entries(glue)) {
    if (typeof value === "function")
      imports[name] = fenceResult(instance, value, TIMER.exec(name)?.[1]);
  }
  instance.exports = core.instantiate({ "./laminar_edge_bg.js": imports });
  wired = instance.exports;
  glue.__wbg_set_wasm(wired);
  // Fills the table of references, which the core as JavaScript does not have.
  instance.exports.__wbindgen_start?.();
  instance.root = glue.root();
  return instance;
}

function fenceResult(instance, imported, timer) {
  const fenced = (made) =>
    made._wbg_cb_unref !== undefined && !fences.has(made)
      ? fence(instance, made)
      : made;
  return (...args) => {
    if (timer === "clear") instance.timers.delete(core.seen(args[0]));
    const result = core.replace(imported(...args), fenced);
    if (timer === "set") {
      const made = core.seen(result);
      if (typeof made?.unref === "function") instance.timers.add(made);
    }
    return result;
  };
}

function fence(instance, closure) {
  const fenced = (...args) => {
    if (instance !== live) return undefined;
    try {
      return closure(...args);
    } catch (error) {
      lose(instance, "trap", error);
      return undefined;
    }
  };
  fenced._wbg_cb_unref = () => {
    if (instance !== live) return;
    instance.closures.delete(closure);
    closure._wbg_cb_unref();
  };
  instance.closures.add(closure);
  fences.add(fenced);
  return fenced;
}
