// instrument: a handler as it was, each of whose events is a span that leaves by itself.

import { shared } from "../host/shared.js";
import { warnOnce } from "../host/warn.js";
import { tracedArgs, tracedContext } from "./bindings.js";
import { instrumentClass } from "./classes.js";
import { runEvent } from "./event.js";
import { functionEvent, handlerEvent, HANDLERS } from "./kinds.js";
import { likeness } from "./likeness.js";
import { isClass } from "./methods.js";
import { withRoute } from "./route.js";
import { readSettings } from "./settings.js";

/** @typedef {import("./likeness.js").Callable} Callable */
/** @typedef {import("./settings.js").Settings} Settings */

// What has been instrumented: doing it twice would make every event two spans.
/** @type {WeakSet<any>} */
const known = shared("instrumented", () => new WeakSet());

/** @type {typeof import("../../index.js").instrument} */
export function instrument(handler, options) {
  try {
    if (known.has(handler)) return handler;
    const settings = readSettings(options);
    const instrumented = isClass(handler)
      ? instrumentClass(/** @type {any} */ (handler), settings)
      : typeof handler === "function"
        ? instrumentFunction(handler, settings)
        : instrumentObject(handler, settings);
    known.add(instrumented);
    return instrumented;
  } catch {
    warnOnce(
      "instrument",
      "instrument takes a handler object, a function or a class; what it got is left as it was",
    );
    return handler;
  }
}

/**
 * The same object, with other functions in it: whoever holds it, and `this`, go on as before.
 * @param {any} handler
 * @param {Settings} settings
 */
function instrumentObject(handler, settings) {
  /** @type {Record<string, Callable>} */
  const wrapped = {};
  for (const name of HANDLERS) {
    if (!isHandler(handler, name)) continue;
    const original = handler[name];
    wrapped[name] = likeness(original, function (...args) {
      const self = this === copy ? handler : this;
      const given = tracedArgs(settings, args);
      const action = () => Reflect.apply(original, self, given);
      const event = () => {
        const known = handlerEvent(name, args);
        return name === "fetch" ? withRoute(known, handler, args[1]) : known;
      };
      return runEvent(settings, event, action);
    });
  }
  const copy = isFixed(handler, wrapped) ? copyOf(handler) : undefined;
  const target = copy ?? handler;
  for (const [name, value] of Object.entries(wrapped)) {
    const { enumerable = false, writable = true } =
      Object.getOwnPropertyDescriptor(handler, name) ?? {};
    Object.defineProperty(target, name, {
      value,
      enumerable,
      writable,
      configurable: true,
    });
  }
  return target;
}

/**
 * A router answers to many names, and its trace is a method of HTTP.
 * @param {any} handler
 * @param {string} name
 */
function isHandler(handler, name) {
  if (!(name in handler) || typeof handler[name] !== "function") return false;
  return name !== "trace" || !("get" in handler);
}

/** @param {object} handler @param {Record<string, Callable>} wrapped */
function isFixed(handler, wrapped) {
  return (
    !Object.isExtensible(handler) ||
    Object.keys(wrapped).some(
      (name) =>
        Object.getOwnPropertyDescriptor(handler, name)?.configurable === false,
    )
  );
}

/** @param {object} handler */
function copyOf(handler) {
  const descriptors = Object.getOwnPropertyDescriptors(handler);
  for (const name of Object.keys(descriptors))
    descriptors[name].configurable = true;
  return Object.create(Object.getPrototypeOf(handler), descriptors);
}

/**
 * Pages, and servers that take a function of the request.
 * @param {any} original
 * @param {Settings} settings
 * @returns {any}
 */
function instrumentFunction(original, settings) {
  const traced = likeness(original, function (...args) {
    const given = tracedContext(settings, args);
    const action = () => Reflect.apply(original, this, given);
    return runEvent(settings, () => functionEvent(args), action);
  });
  // Deno gives its request only to a function that has a parameter for it.
  if (original.length === 0)
    Object.defineProperty(traced, "length", { value: 1, configurable: true });
  return traced;
}
