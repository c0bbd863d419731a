// instrument: makes each event of a handler a span that is exported by itself. The handler works as before.

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

// The handlers that are instrumented: to do it twice would make two spans of every event.
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
      "instrument takes a handler object, a function or a class; its argument is returned unchanged",
    );
    return handler;
  }
}

/**
 * Replaces the functions of a handler object. The object stays the same, so other references to it and `this`
 * work as before.
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
 * Returns whether a property is an event handler. The `trace` of a router is none: it adds routes for HTTP's
 * TRACE.
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
 * Instruments a function that takes a request: for Pages, and servers that take such a function.
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
  // Deno passes the request only to a function that has a parameter for it.
  if (original.length === 0)
    Object.defineProperty(traced, "length", { value: 1, configurable: true });
  return traced;
}
