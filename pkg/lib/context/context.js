// The active span and the tracing level around it. With AsyncLocalStorage they follow every
// await; without, they hold for the synchronous part of a callback, where nothing else can run in
// between.

/** @import { AsyncLocalStorage } from "node:async_hooks" */
/** @import { TracingLevel as Level } from "../../index.js" */
/** @import { Span } from "../span/span.js" */

import { stricter, TracingLevel } from "../values/level.js";
import { isOwn, requestToken, tellsRequestsApart } from "../host/request.js";
import { shared } from "../host/shared.js";
import { warnOnce } from "../host/warn.js";

/**
 * What holds in a callback, or with a token in a request. On the stack are spans that were made active
 * there.
 * @typedef {{
 *   span?: Span | undefined,
 *   level?: Level | undefined,
 *   stack?: Span[] | undefined,
 *   token?: unknown,
 * }} Scope
 */

/**
 * @type {{
 *   storage: AsyncLocalStorage<Scope> | undefined,
 *   synchronous: Scope | undefined,
 *   unsettled: Level[],
 *   outermost: Scope[],
 * }}
 */
const state = shared("context", () => ({
  storage: undefined,
  synchronous: undefined,
  // Without storage: levels of asynchronous callbacks that have not settled. What starts meanwhile
  // may belong to any of them, so the strictest counts for all that does not name its parent.
  unsettled: [],
  // Where spans were made active outside of any callback: one to a request.
  outermost: [],
}));
const { unsettled, outermost } = state;
const MAX_REQUESTS = 64;

/** @param {AsyncLocalStorage<any>} found */
export function setStorage(found) {
  // Another copy's is in use already.
  if (state.storage !== undefined) return;
  state.storage = found;
  // Node follows promises only from the first use on; one that began before would be confused
  // with its neighbours.
  state.storage.run({}, () => {});
}

export function hasStorage() {
  return state.storage !== undefined;
}

export function storageInUse() {
  return state.storage;
}

/**
 * Returns another storage of the same kind, for what is no span's; undefined where there is none.
 * @returns {AsyncLocalStorage<any> | undefined}
 */
export function anotherStorage() {
  const { storage } = state;
  return storage && new /** @type {any} */ (storage).constructor();
}

/**
 * What holds here: give it to spanIn and levelIn. Asking the storage is what costs.
 * @returns {Scope | undefined}
 */
export function scope() {
  const found =
    state.storage === undefined ? state.synchronous : state.storage.getStore();
  return found ?? outermostScope();
}

function outermostScope() {
  for (let i = outermost.length - 1; i >= 0; i--)
    if (isOwn(outermost[i].token)) return outermost[i];
  return undefined;
}

export function activeSpan() {
  return spanIn(scope());
}

/** @type {(found: Scope | undefined) => Span | undefined} */
export function spanIn(found) {
  return found?.stack?.at(-1) ?? found?.span;
}

/**
 * Makes a span the parent of what starts in this callback from here on, until it ends.
 * @type {(span: Span) => void}
 */
export function activate(span) {
  const holder = scope() ?? newOutermostScope();
  if (holder === undefined) {
    warnOnce(
      "activate",
      "startActiveSpan found nothing to be active in: call it inside observe or withSpan, or name the parent",
    );
    return;
  }
  (holder.stack ??= []).push(span);
  span.holder = holder;
}

/**
 * In whatever order spans end, the others stay active.
 * @type {(span: Span) => void}
 */
export function deactivate(span) {
  const { holder } = /** @type {{ holder: Scope & { stack: Span[] } }} */ (
    span
  );
  remove(holder.stack, span);
  // Asking a request's scope whose it is costs time: those with nothing active are let go.
  if (holder.stack.length === 0 && holder.span === undefined)
    remove(outermost, holder);
  span.holder = undefined;
}

/**
 * Without storage, makes `span` and its level hold for all of this request that names no parent,
 * awaits included, where requests are told apart. Gives back what ends that.
 * @type {(span: Span) => () => void}
 */
export function holdForRequest(span) {
  if (state.storage !== undefined || !tellsRequestsApart()) return () => {};
  const made = /** @type {Scope} */ (newOutermostScope());
  made.span = span;
  made.level = span.level;
  return () => remove(outermost, made);
}

/** @type {(list: unknown[], item: unknown) => void} */
function remove(list, item) {
  const at = list.lastIndexOf(item);
  if (at >= 0) list.splice(at, 1);
}

/**
 * For a request where the runtime tells requests apart, for what follows where it has a way.
 * @returns {Scope | undefined}
 */
function newOutermostScope() {
  if (tellsRequestsApart()) {
    if (outermost.length >= MAX_REQUESTS) outermost.shift();
    const made = { token: requestToken(), span: undefined, level: undefined };
    outermost.push(made);
    return made;
  }
  try {
    const made = { span: undefined, level: undefined };
    /** @type {AsyncLocalStorage<unknown>} */ (state.storage).enterWith(made);
    return made;
  } catch {
    return undefined;
  }
}

/**
 * The level for a span that starts here; `named` is its parent, if it names one.
 * @param {Scope | undefined} found
 * @param {{ level?: Level | undefined } | undefined} named
 * @returns {Level | undefined}
 */
export function levelIn(found, named) {
  const level = found?.level;
  if (named !== undefined) return stricter(named.level, level);
  return unsettled.length === 0 ? level : unsettled.reduce(stricter, level);
}

/** @type {<T>(span: Span | undefined, action: () => T) => T} */
export function runWithSpan(span, action) {
  return run({ span, level: span?.level ?? scope()?.level }, action);
}

/**
 * The same for a span that has just begun here: it knows the level that holds.
 * @type {<T>(span: Span, action: () => T) => T}
 */
export function runWithNewSpan(span, action) {
  return run({ span, level: span.level }, action);
}

/**
 * Runs our own work: whatever the program observes, no span comes of it.
 * @type {<T>(action: () => T) => T}
 */
export function runUnrecorded(action) {
  return run({ span: undefined, level: TracingLevel.OFF }, action);
}

/** What starts here from now on has no parent but one that it names. */
export function clearActive() {
  const found = scope();
  if (found === undefined) return;
  found.span = undefined;
  for (const span of found.stack ?? []) span.holder = undefined;
  found.stack = undefined;
  remove(outermost, found);
}

/**
 * Levels never loosen on the way in.
 * @type {<T>(level: Level, action: () => T) => T}
 */
export function runWithLevel(level, action) {
  const found = scope();
  const strict = stricter(found?.level, level);
  const inner = { span: activeSpan(), level: strict };
  if (state.storage !== undefined) return run(inner, action);
  const result = run(inner, action);
  if (result instanceof Promise && strict !== undefined) {
    unsettled.push(strict);
    const settled = () => unsettled.splice(unsettled.indexOf(strict), 1);
    result.then(settled, settled);
  }
  return result;
}

/** Says once why a nested span found no parent, where there is no way to find one. */
export function warnAboutStorage() {
  if (state.storage === undefined)
    warnOnce(
      "storage",
      `no AsyncLocalStorage: spans after an await do not find their parent. ${tellsRequestsApart() ? "Add the compatibility flag nodejs_als, or name" : "Name"} the parent`,
    );
}

/** @type {<T>(inner: Scope, action: () => T) => T} */
function run(inner, action) {
  if (state.storage !== undefined) return state.storage.run(inner, action);
  const outer = state.synchronous;
  state.synchronous = inner;
  try {
    return action();
  } finally {
    state.synchronous = outer;
  }
}
