// Promises with a life of their own: lazy ones that start when they are awaited, ones of a class, ones with
// methods. Calling `then` for our own sake would start them or hide a rejection that nobody handles, so we
// wait for the user's first call, whichever it is.

import { runWithSpan } from "../context/context.js";
import { isA } from "../values/value.js";
import { admits, has, isObject, propertyOf, shadow } from "./property.js";

/**
 * @typedef {import("./watch.js").Watch} Watch
 * @typedef {ReturnType<typeof takenBy>} Way
 */

// Getters of ours.
/** @type {WeakSet<Function>} */
const hooks = new WeakSet();

/**
 * Watches `promise` in place; false if it takes no properties. `settled(value)` and `failed(error)` are
 * called before the user's own handlers, for each time when it is taken.
 * @param {any} promise
 * @param {Watch} watch
 * @param {(value: any) => void} settled
 * @param {(error: unknown) => void} failed
 */
export function watchPromise(promise, watch, settled, failed) {
  if (!admits(promise)) return false;
  const way = takenBy(watch, settled, failed);
  // `await` does not ask a promise of the runtime for its `then`, but for its constructor, as `then` does.
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
          (/** @type {unknown} */ value) => {
            settle(value);
            return typeof fulfilled === "function" ? fulfilled(value) : value;
          },
          (/** @type {unknown} */ error) => {
            fail(error);
            if (typeof rejected !== "function") throw error;
            return rejected(error);
          },
          ...rest,
        ),
      );
    } catch (error) {
      fail(error);
      throw error;
    }
  };
  // What has a getter for `then` that gives no function is no promise after all.
  shadow(promise, "then", waited, () => settled(promise));
  if (propertyOf(promise, "catch")?.value !== Promise.prototype.catch)
    shadow(promise, "catch", caught(watch, way));
  return true;
}

/**
 * A promise without a `then` of its own: tells `way` when somebody is about to take it.
 * @param {Promise<unknown>} promise
 * @param {Watch} watch
 * @param {Way} way
 * @param {(() => unknown) | undefined} outer
 */
function hook(promise, watch, way, outer) {
  Object.defineProperty(promise, "constructor", {
    configurable: true,
    get() {
      // It is observed by somebody else, too.
      outer?.call(this);
      if (!way.taken && !watch.ended) {
        const { settle, fail } = way.take();
        try {
          Promise.prototype.then.call(this, settle, fail);
        } catch {
          // It was a proxy of the promise that was asked, and nothing was taken.
          way.giveBack();
        }
      }
      return Promise;
    },
    set(value) {
      const descriptor = { value, writable: true, configurable: true };
      Object.defineProperty(this, "constructor", descriptor);
    },
  });
  hooks.add(
    /** @type {any} */ (Object.getOwnPropertyDescriptor(promise, "constructor"))
      .get,
  );
}

/**
 * A `catch` of its own need not come by `then`.
 * @param {Watch} watch
 * @param {Way} way
 * @returns {import("./property.js").Apply}
 */
function caught(watch, way) {
  return (original, self, args) => {
    const [rejected, ...rest] = args;
    if (watch.ended || typeof rejected !== "function")
      return Reflect.apply(original, self, args);
    const handler = (/** @type {unknown} */ error) => {
      if (!way.taken) way.take().fail(error);
      return rejected(error);
    };
    return runWithSpan(watch.span, () => original.call(self, handler, ...rest));
  };
}

/**
 * The user takes a promise once; a Response that it gives is not the result while others are awaited.
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
