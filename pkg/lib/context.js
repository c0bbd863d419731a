// The active span and the tracing level around it. With AsyncLocalStorage they follow every
// await; without, they hold for the synchronous part of a callback, where nothing else can run in
// between.

import { stricter } from "./level.js";
import { warnOnce } from "./warn.js";

let storage;
let synchronous;
// Without storage: levels of asynchronous callbacks that have not settled. What starts meanwhile
// may belong to any of them, so the strictest counts for all that does not name its parent.
const unsettled = [];

export function setStorage(found) {
  storage = found;
}

function scope() {
  return storage === undefined ? synchronous : storage.getStore();
}

export function activeSpan() {
  return scope()?.span;
}

/** The level for a span that starts here; `named` is its parent, if it names one. */
export function activeLevel(named) {
  const level = scope()?.level;
  return named === undefined
    ? unsettled.reduce(stricter, level)
    : stricter(named.level, level);
}

export function runWithSpan(span, action) {
  return run({ span, level: span?.level ?? scope()?.level }, action);
}

/** Levels never loosen on the way in. */
export function runWithLevel(level, action) {
  const found = scope();
  const strict = stricter(found?.level, level);
  const inner = { span: found?.span, level: strict };
  if (storage !== undefined) return run(inner, action);
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
  if (storage === undefined)
    warnOnce(
      "storage",
      "no AsyncLocalStorage: spans after an await do not find their parent. Add the compatibility flag nodejs_als, or name the parent",
    );
}

function run(inner, action) {
  if (storage !== undefined) return storage.run(inner, action);
  const outer = synchronous;
  synchronous = inner;
  try {
    return action();
  } finally {
    synchronous = outer;
  }
}
