// What a result is, found out without running any code of its own: getters and proxies' `get` stay
// untouched until the user reads them.

// A proxy may name itself as its prototype.
const DEEPEST = 16;

// An object that lives on and is observed again and again is watched this often.
const MOST_WATCHES = 8;
/** @type {WeakMap<object, number>} */
const watches = new WeakMap();

// Symbols that runtimes put on their instances.
/** @type {Set<PropertyKey>} */
const usual = new Set();

/**
 * Whether an object takes properties of ours; what does is watched from here on.
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
  for (let at = object; at !== null && chain.length < DEEPEST;) {
    chain.push(at);
    at = Object.getPrototypeOf(at);
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
  let at = object;
  for (let depth = 0; at !== null && depth < DEEPEST; depth++) {
    const found = Object.getOwnPropertyDescriptor(at, key);
    if (found !== undefined) return found;
    at = Object.getPrototypeOf(at);
  }
  return undefined;
}

/**
 * Whether a property is a function, or may be one: what a getter gives is not known.
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
 * Whether `value` is an instance of `Class` and nothing more: not of a subclass, without properties
 * of its own but the symbols that runtimes put on instances. `fresh()` makes one to compare.
 * @param {object} value
 * @param {Function} Class
 * @param {() => object} fresh
 * @param {PropertyKey[]} [ours]
 */
export function isPlain(value, Class, fresh, ours = []) {
  if (Object.getPrototypeOf(value) !== Class.prototype) return false;
  const keys = Reflect.ownKeys(value);
  if (keys.length === 0) return true;
  // Deno names its own as the specifications do.
  const isUsual = (/** @type {PropertyKey} */ key) =>
    usual.has(key) ||
    ours.includes(key) ||
    (typeof key === "symbol" && key.description?.startsWith("[["));
  if (keys.every(isUsual)) return true;
  for (const key of Reflect.ownKeys(fresh()))
    if (typeof key === "symbol") usual.add(key);
  return keys.every(isUsual);
}

/**
 * Whether `value` is a promise that has nothing but its state.
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
 * `then` of a plain promise; undefined for everything else, which is not touched.
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
    // A proxy of one.
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
  const enumerable = own?.enumerable ?? false;
  // Name, length and fields, such as those of a test double, are found through the proxy. To define the first
  // two on a function takes ten times as long.
  const standIn = (/** @type {any} */ original) =>
    apply === undefined ? original : new Proxy(original, { apply });
  Object.defineProperty(
    object,
    key,
    get === undefined
      ? {
          value: standIn(value),
          writable: true,
          configurable: true,
          enumerable,
        }
      : {
          get() {
            const value = get.call(this);
            if (typeof value === "function") return standIn(value);
            seen?.(value);
            return value;
          },
          set,
          configurable: true,
          enumerable,
        },
  );
}
