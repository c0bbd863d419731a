// Follows promises that are more than plain ones: lazy promises, which start when they are awaited, and those with
// a class or methods of their own. A call of `then` by us would start a lazy promise or hide an unhandled
// rejection, so the watch begins with the user's first call.

import { runWithSpan } from "../context/context.js";
import { isA } from "../values/value.js";
import { admits, has, isObject, propertyOf, shadow } from "./property.js";

/**
 * @typedef {import("./watch.js").Watch} Watch
 * @typedef {ReturnType<typeof takenBy>} Way
 */

// The getters that `hook` has defined.
/** @type {WeakSet<Function>} */
const hooks = new WeakSet();

/**
 * Watches `promise` in place; returns false if it takes no properties. Each time that the user takes the promise,
 * `settled(value)` or `failed(error)` is called before the user's own handlers.
 * @param {any} promise
 * @param {Watch} watch
 * @param {(value: any) => void} settled
 * @param {(error: unknown) => void} failed
 */
export function watchPromise(promise, watch, settled, failed) {
  if (!admits(promise)) return false;
  const way = takenBy(watch, settled, failed);
  // For native promises, `await` and `then` read the property `constructor`, and `await` does not read `then`.
  const found = propertyOf(promise, "constructor");
  if (
    isA(promise, Promise) &&
    (found?.value === Promise ||
      hooks.has(/** @type {Function} */ (found?.get)))
  )
    hook(promise, watch, way, /** @type {PropertyDescriptor} */ (found).get);
  /** @type {import("./property.js").Apply} */
  const waited = (then, self, args) => {
    if (watch.ended || way.taken) return Reflect.apply(then, self, args);
    const [fulfilled, rejected, ...rest] = args;
    const { settle, fail } = way.take();
    try {
      return runWithSpan(watch.span, () =>
        then.call(
          self,
          // Some give handlers more than one value, and a `this`.
          /** @this {unknown} @param {unknown[]} values */
          function (...values) {
            settle(values[0]);
            if (typeof fulfilled !== "function") return values[0];
            return Reflect.apply(fulfilled, this, values);
          },
          /** @this {unknown} @param {unknown[]} errors */
          function (...errors) {
            fail(errors[0]);
            if (typeof rejected !== "function") throw errors[0];
            return Reflect.apply(rejected, this, errors);
          },
          ...rest,
        ),
      );
    } catch (error) {
      fail(error);
      throw error;
    }
  };
  // A value whose getter `then` returns no function is no promise.
  shadow(promise, "then", waited, () => settled(promise));
  if (propertyOf(promise, "catch")?.value !== Promise.prototype.catch)
    shadow(promise, "catch", caught(watch, way));
  return true;
}

/**
 * Tells `way` when somebody is about to take a promise that has no `then` of its own.
 * @param {Promise<unknown>} promise
 * @param {Watch} watch
 * @param {Way} way
 * @param {(() => unknown) | undefined} outer
 */
function hook(promise, watch, way, outer) {
  const accessor = {
    configurable: true,
    /** @this {any} */
    get() {
      // Another watch of the same promise has defined a getter before.
      outer?.call(this);
      if (!way.taken && !watch.ended) {
        const { settle, fail } = way.take();
        try {
          Promise.prototype.then.call(this, settle, fail);
        } catch {
          // The receiver was a proxy of the promise, and nothing was taken.
          way.giveBack();
        }
      }
      return Promise;
    },
    /** @this {any} @param {unknown} value */
    set(value) {
      const descriptor = { value, writable: true, configurable: true };
      Object.defineProperty(this, "constructor", descriptor);
    },
  };
  Object.defineProperty(promise, "constructor", accessor);
  hooks.add(accessor.get);
}

/**
 * Watches a `catch` that the promise's class defines, since it need not call `then`.
 * @param {Watch} watch
 * @param {Way} way
 * @returns {import("./property.js").Apply}
 */
function caught(watch, way) {
  return (original, self, args) => {
    const [rejected, ...rest] = args;
    if (watch.ended || typeof rejected !== "function")
      return Reflect.apply(original, self, args);
    return runWithSpan(watch.span, () =>
      original.call(
        self,
        /** @this {unknown} @param {unknown[]} errors */
        function (...errors) {
          if (!way.taken) way.take().fail(errors[0]);
          return Reflect.apply(rejected, this, errors);
        },
        ...rest,
      ),
    );
  };
}

/**
 * Notes when the user takes a promise, and only the first time. A Response is not the result while other promises
 * of the same object are awaited.
 * @param {Watch} watch
 * @param {(value: any) => void} settled
 * @param {(error: unknown) => void} failed
 */
function takenBy(watch, settled, failed) {
  return {
    taken: false,
    giveBack() {
      this.taken = false;
      watch.pending--;
      watch.open();
    },
    take() {
      this.taken = true;
      watch.take();
      return {
        settle(/** @type {unknown} */ value) {
          watch.pending--;
          if (watch.ended) return;
          if (watch.pending > 0 && isA(value, globalThis.Response)) return;
          settled(value);
        },
        fail(/** @type {unknown} */ error) {
          watch.pending--;
          if (!watch.ended) failed(error);
        },
      };
    },
  };
}

/** @param {any} value */
export function isThenable(value) {
  return (isObject(value) || typeof value === "function") && has(value, "then");
}
