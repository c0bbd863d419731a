// The active span and the tracing level around it. With AsyncLocalStorage they follow every await. Without it
// they hold for the synchronous part of a callback, which no other code interrupts.

/** @import { AsyncLocalStorage } from "node:async_hooks" */
/** @import { TracingLevel as Level } from "../../index.js" */
/** @import { Span } from "../span/span.js" */

import { stricter, TracingLevel } from "../values/level.js";
import { isOwn, requestToken, tellsRequestsApart } from "../host/request.js";
import { shared } from "../host/shared.js";
import { warnOnce } from "../host/warn.js";

/**
 * What is active in a callback or, with a token, in a request. The stack has the spans that were made active
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
  // Without storage: the levels of asynchronous callbacks that have not settled. A span that starts meanwhile
  // may belong to any of them, so the strictest level applies to spans that do not name a parent.
  unsettled: [],
  // The scopes of spans that were made active outside of any callback, one for each request.
  outermost: [],
}));
const { unsettled, outermost } = state;
const MAX_REQUESTS = 64;

/** @param {AsyncLocalStorage<any>} found */
export function setStorage(found) {
  // Another copy's storage is in use already.
  if (state.storage !== undefined) return;
  state.storage = found;
  // Node follows promises only from the first use on. A promise from before that would share its neighbours'
  // scope.
  state.storage.run({}, () => {});
}

export function hasStorage() {
  return state.storage !== undefined;
}

export function storageInUse() {
  return state.storage;
}

/**
 * Returns another storage of the same kind, for other values than spans; undefined if there is none.
 * @returns {AsyncLocalStorage<any> | undefined}
 */
export function anotherStorage() {
  const { storage } = state;
  return storage && new /** @type {any} */ (storage).constructor();
}

/**
 * Returns the active scope, for spanIn and levelIn. Only this look into the storage costs time.
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
 * Makes a span the parent of spans that start later in this callback, until it ends.
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
 * Makes a span inactive. Spans may end in any order: the others stay active.
 * @type {(span: Span) => void}
 */
export function deactivate(span) {
  const { holder } = /** @type {{ holder: Scope & { stack: Span[] } }} */ (
    span
  );
  remove(holder.stack, span);
  // Probing which request a scope belongs to costs time, so scopes with no active span are removed.
  if (holder.stack.length === 0 && holder.span === undefined)
    remove(outermost, holder);
  span.holder = undefined;
}

/**
 * Without storage, where requests are told apart, makes `span` and its level active for all spans of this
 * request that name no parent, also after an await. Returns a function that ends this.
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
 * Makes a span active for the request, if the runtime tells requests apart, else for the code that follows, if
 * there is a way.
 * @returns {Scope | undefined}
 */
function newOutermostScope() {
  if (tellsRequestsApart()) {
    if (outermost.length >= MAX_REQUESTS) outermost.shift();
    /** @type {Scope} */
    const made = { token: requestToken() };
    outermost.push(made);
    return made;
  }
  try {
    const made = {};
    /** @type {AsyncLocalStorage<unknown>} */ (state.storage).enterWith(made);
    return made;
  } catch {
    return undefined;
  }
}

/**
 * Returns the level for a span that starts here; `named` is its parent, if it names one.
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
 * Returns the same for a span that has just begun here, and so knows the active level.
 * @type {<T>(span: Span, action: () => T) => T}
 */
export function runWithNewSpan(span, action) {
  return run({ span, level: span.level }, action);
}

/**
 * Runs the SDK's own work. Observed functions that it calls make no spans.
 * @type {<T>(action: () => T) => T}
 */
export function runUnrecorded(action) {
  return run({ span: undefined, level: TracingLevel.OFF }, action);
}

/** Makes later spans here start without a parent, unless they name one. */
export function clearActive() {
  const found = scope();
  if (found === undefined) return;
  found.span = undefined;
  for (const span of found.stack ?? []) span.holder = undefined;
  found.stack = undefined;
  remove(outermost, found);
}

/**
 * Runs a callback with this level, or the level around it if that is stricter.
 * @type {<T>(level: Level, action: () => T) => T}
 */
export function runWithLevel(level, action) {
  const found = scope();
  const strict = stricter(found?.level, level);
  const inner = { span: activeSpan(), level: strict };
  if (state.storage !== undefined) return run(inner, action);
  const result = run(inner, action);
  if (!(result instanceof Promise) || strict === undefined) return result;
  unsettled.push(strict);
  const settled = () => void unsettled.splice(unsettled.indexOf(strict), 1);
  const isPlain =
    Object.getPrototypeOf(result) === Promise.prototype &&
    Reflect.ownKeys(result).length === 0;
  // A plain promise is replaced, so that the runtime reports a rejection that nobody handles.
  if (isPlain) return /** @type {any} */ (result.finally(settled));
  result.then(settled, settled);
  return result;
}

/** Warns once that nested spans find no parent, where the runtime gives no way to find one. */
export function warnAboutStorage() {
  if (state.storage === undefined)
    warnOnce(
      "storage",
      `no AsyncLocalStorage: spans after an await do not find their parent. ${tellsRequestsApart() ? "Add the compatibility flag nodejs_als, or name" : "Name"} the parent`,
    );
}

/** @type {<T>(inner: Scope, action: () => T) => T} */
export const run = (inner, action) => runScoped(state, inner, action);

/**
 * Runs `action` with `inner` in force: in the storage, or without one for the synchronous part of `action`.
 * @template T, S
 * @param {{ storage?: { run<R>(inner: S, action: () => R): R } | undefined, synchronous: S | undefined }} scoped
 * @param {S} inner
 * @param {() => T} action
 * @returns {T}
 */
export function runScoped(scoped, inner, action) {
  if (scoped.storage !== undefined) return scoped.storage.run(inner, action);
  const outer = scoped.synchronous;
  scoped.synchronous = inner;
  try {
    return action();
  } finally {
    scoped.synchronous = outer;
  }
}
