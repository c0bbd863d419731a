// Methods that can be called over RPC. Frameworks store metadata of a method under the function itself, so code
// inside of an event finds the original function. Only the runtime, which looks a method up outside of events
// to call it over RPC, finds one that makes a span of the call.

/** @typedef {import("./likeness.js").Callable} Callable */
/** @typedef {new (...args: any[]) => any} Class */

/** @param {unknown} value */
export function isClass(value) {
  return (
    typeof value === "function" &&
    Object.getOwnPropertyDescriptor(value, "prototype")?.writable === false
  );
}

/**
 * Returns the class's own and inherited methods, by name, with their descriptors.
 * @param {Class} Class
 * @param {Set<string>} except
 */
export function rpcMethods(Class, except) {
  /** @type {Map<string, PropertyDescriptor>} */
  const found = new Map();
  for (
    let at = Class.prototype;
    at !== null && !isNative(at);
    at = Object.getPrototypeOf(at)
  )
    for (const name of Object.getOwnPropertyNames(at))
      if (!found.has(name))
        found.set(
          name,
          /** @type {PropertyDescriptor} */ (
            Object.getOwnPropertyDescriptor(at, name)
          ),
        );
  return [...found].filter(
    ([name, { value }]) =>
      typeof value === "function" &&
      !isClass(value) &&
      !except.has(name) &&
      !name.startsWith("_"),
  );
}

/**
 * Returns whether a prototype is the platform's: such classes, and Object, define no methods of the user's.
 * @param {object} prototype
 */
function isNative(prototype) {
  const constructor = Object.getOwnPropertyDescriptor(prototype, "constructor");
  return /\{\s*\[native code\]\s*\}\s*$/.test(
    Function.prototype.toString.call(constructor?.value ?? Object),
  );
}

/**
 * @typedef {object} Traced
 * @property {boolean} [enumerable]
 * @property {(self: object) => boolean} isCall
 * @property {(method: Callable, name: string) => Callable} wrapMethod
 */

/**
 * Defines accessors on `prototype` for the methods that it inherits. They return the original method, or the
 * one from `wrapMethod` while `isCall(self)`, and can be assigned like methods. Constructors of frameworks look
 * through the prototype and replace methods there, so `hide` removes the accessors until `show`.
 * @param {any} prototype
 * @param {Iterable<[string, PropertyDescriptor]>} methods
 * @param {Traced} traced
 */
export function showTraced(prototype, methods, { isCall, wrapMethod }) {
  const shown = [...methods].map(([name, { enumerable }]) =>
    tracedMethod(prototype, name, { enumerable, isCall, wrapMethod }),
  );
  let constructing = 0;
  let hidden = shown;
  const show = () => {
    for (const method of hidden) method.show();
  };
  show();
  return {
    hide() {
      if (constructing++ === 0) hidden = shown.filter((one) => one.hide());
    },
    show() {
      if (--constructing === 0) show();
    },
  };
}

/**
 * @param {Record<string, unknown>} prototype
 * @param {string} name
 * @param {Traced} traced
 */
function tracedMethod(prototype, name, { enumerable, isCall, wrapMethod }) {
  const above = Object.getPrototypeOf(prototype);
  /** @type {unknown} */
  let assigned;
  /** @type {Callable | undefined} */
  let traced;
  /** @type {Callable | undefined} */
  let tracedOf;
  const accessors = {
    enumerable,
    configurable: true,
    get() {
      const method = assigned ?? Reflect.get(above, name, this);
      if (typeof method !== "function" || !isCall(this)) return method;
      if (tracedOf !== method) traced = wrapMethod((tracedOf = method), name);
      return traced;
    },
    /** @param {unknown} value */
    set(value) {
      if (this === prototype) assigned = value;
      else put(this, value, true);
    },
  };
  /** @type {(target: object, value: unknown, enumerable?: boolean) => void} */
  const put = (target, value, enumerable) =>
    Object.defineProperty(target, name, {
      value,
      writable: true,
      enumerable,
      configurable: true,
    });
  const own = () => Object.getOwnPropertyDescriptor(prototype, name);
  return {
    /** Returns whether the accessor was there to hide: a program may have defined another property. */
    hide() {
      if (own()?.get !== accessors.get || !Object.isExtensible(prototype))
        return false;
      delete prototype[name];
      if (assigned !== undefined) put(prototype, assigned, enumerable);
      return true;
    },
    show() {
      const { configurable = true, writable = true, value } = own() ?? {};
      // A property that has become an accessor or fixed since is left alone.
      if (!configurable || !writable || own()?.get) return;
      assigned = value;
      Object.defineProperty(prototype, name, accessors);
    },
  };
}
