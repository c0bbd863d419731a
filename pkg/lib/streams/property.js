// Finds out what a result is without running its code: no getter and no `get` of a proxy is called before the
// user reads it.

// The limit is for proxies, whose chain of prototypes may be endless.
const DEEPEST = 16;

// An object that is observed again and again is watched at most this often.
const MOST_WATCHES = 8;
/** @type {WeakMap<object, number>} */
const watches = new WeakMap();

// Symbols that runtimes define on their instances.
/** @type {Set<PropertyKey>} */
const usual = new Set();

/**
 * Returns whether an object takes properties of ours, and counts a watch if it does.
 * @param {object} object
 */
export function admits(object) {
  const count = watches.get(object) ?? 0;
  if (count === MOST_WATCHES || !Object.isExtensible(object)) return false;
  watches.set(object, count + 1);
  return true;
}

/**
 * Returns the objects on which `object` looks for its properties, itself first.
 * @param {object} object
 */
export function chainOf(object) {
  const chain = [];
  while (object !== null && chain.length < DEEPEST) {
    chain.push(object);
    object = Object.getPrototypeOf(object);
  }
  return chain;
}

/**
 * Returns the descriptor of a property, its own or inherited.
 * @param {object} object
 * @param {PropertyKey} key
 */
export function propertyOf(object, key) {
  if (!(key in object)) return undefined;
  for (const at of chainOf(object)) {
    const found = Object.getOwnPropertyDescriptor(at, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Returns whether a property is a function or a getter, which may return one.
 * @param {object} object
 * @param {PropertyKey} key
 */
export function has(object, key) {
  return mayBeFunction(propertyOf(object, key));
}

/**
 * @param {PropertyDescriptor | undefined} found
 * @returns {found is PropertyDescriptor}
 */
function mayBeFunction(found) {
  return (
    found !== undefined &&
    (found.get !== undefined || typeof found.value === "function")
  );
}

/**
 * @param {unknown} value
 * @returns {boolean}
 */
export function isObject(value) {
  return typeof value === "object" && value !== null;
}

/**
 * Returns whether `value` is a plain instance of `Class`: not of a subclass, and without properties of its own but
 * the symbols that runtimes define on instances. `fresh()` returns a new instance to compare with.
 * @param {object} value
 * @param {Function} Class
 * @param {() => object} fresh
 * @param {PropertyKey[]} [ours]
 */
export function isPlain(value, Class, fresh, ours = []) {
  const keys = Reflect.ownKeys(value);
  // Node gives streams that it makes itself a class of its own, and this property.
  const own = Object.getOwnPropertyDescriptor(value, "constructor");
  if (Object.getPrototypeOf(value) !== Class.prototype && own?.value !== Class)
    return false;
  // Deno uses symbols whose descriptions begin with "[[".
  const isUsual = (/** @type {PropertyKey} */ key) =>
    usual.has(key) ||
    ours.includes(key) ||
    (typeof key === "symbol" && key.description?.startsWith("[["));
  if (!keys.every(isUsual))
    for (const key of Reflect.ownKeys(fresh()))
      if (typeof key === "symbol") usual.add(key);
  return keys.every(isUsual);
}

/**
 * Returns whether `value` is a plain promise.
 * @param {unknown} value
 */
export function isPlainPromise(value) {
  try {
    return (
      value instanceof Promise &&
      isPlain(value, Promise, () => Promise.resolve())
    );
  } catch {
    return false;
  }
}

/**
 * Calls `then` of a plain promise; returns undefined for everything else, which is not touched.
 * @param {any} value
 * @param {(value: any) => any} fulfilled
 * @param {(error: unknown) => any} rejected
 * @returns {Promise<any> | undefined}
 */
export function thenOfPlain(value, fulfilled, rejected) {
  if (!isPlainPromise(value)) return undefined;
  try {
    return Promise.prototype.then.call(value, fulfilled, rejected);
  } catch {
    // It was a proxy of a promise.
    return undefined;
  }
}

/**
 * What a stand-in does when it is called: gets the original method, `this` and the arguments.
 * @typedef {(original: any, self: any, args: any[]) => any} Apply
 */

/**
 * Puts a stand-in in front of a method of `object`, as its own property. A getter stays a getter that runs when
 * it is read: a function that it gives gets a stand-in, and `seen` is told of everything else. Does nothing where
 * it cannot.
 * @param {object} object
 * @param {PropertyKey} key
 * @param {Apply | undefined} apply
 * @param {(value: any) => void} [seen]
 */
export function shadow(object, key, apply, seen) {
  const own = Object.getOwnPropertyDescriptor(object, key);
  const found = own ?? propertyOf(object, key);
  if (!mayBeFunction(found) || own?.configurable === false) return;
  const { value, get, set } = found;
  const rest = { configurable: true, enumerable: own?.enumerable ?? false };
  // Name, length and fields, such as those of a test double, are found through the proxy. To define the first
  // two on a function takes ten times as long.
  const standIn = (/** @type {any} */ original) =>
    apply === undefined ? original : new Proxy(original, { apply });
  Object.defineProperty(
    object,
    key,
    get === undefined
      ? { ...rest, value: standIn(value), writable: true }
      : {
          ...rest,
          set,
          get() {
            const value = get.call(this);
            if (typeof value === "function") return standIn(value);
            seen?.(value);
            return value;
          },
        },
  );
}
