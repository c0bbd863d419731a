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
 * Shows the method `name`, inherited by `prototype`, as it is, or as `wrapMethod` makes it while
 * `isCall(self)`. It can be assigned, as a method can.
 * @param {object} prototype
 * @param {string} name
 * @param {Traced} traced
 */
export function showTraced(
  prototype,
  name,
  { enumerable, isCall, wrapMethod },
) {
  const above = Object.getPrototypeOf(prototype);
  /** @type {unknown} */
  let assigned;
  /** @type {Callable | undefined} */
  let traced;
  /** @type {Callable | undefined} */
  let tracedOf;
  Object.defineProperty(prototype, name, {
    enumerable,
    configurable: true,
    get() {
      const method = assigned ?? Reflect.get(above, name, this);
      if (typeof method !== "function" || !isCall(this)) return method;
      if (tracedOf !== method) traced = wrapMethod((tracedOf = method), name);
      return traced;
    },
    set(value) {
      if (this === prototype) assigned = value;
      else
        Object.defineProperty(this, name, {
          value,
          writable: true,
          enumerable: true,
          configurable: true,
        });
    },
  });
}
