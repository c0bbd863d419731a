// Methods that can be called over RPC. Frameworks keep what they know of a method by the function
// itself, so whoever looks from inside of an event finds that very function; only who looks from outside,
// the runtime for a call over RPC, finds one that makes a span of the call.

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
 * By name, with the descriptor of the nearest one: the class's own and inherited ones.
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
 * The platform's own base classes, and Object, define nothing that a user would call.
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
 * Shows every method of `methods` on `prototype`, which inherits them, as it is, or as `wrapMethod` makes it
 * while `isCall(self)`. They can be assigned, as methods can. Constructors of frameworks look through the
 * prototype and replace what they find: for them `hide` takes everything away until `show`.
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
    /** Whether there was something to hide: somebody may have put another property there. */
    hide() {
      if (own()?.get !== accessors.get || !Object.isExtensible(prototype))
        return false;
      delete prototype[name];
      if (assigned !== undefined) put(prototype, assigned, enumerable);
      return true;
    },
    show() {
      const { configurable = true, writable = true, value } = own() ?? {};
      // What is now an accessor or fixed is no longer a method of ours to show.
      if (!configurable || !writable || own()?.get) return;
      assigned = value;
      Object.defineProperty(prototype, name, accessors);
    },
  };
}
