// Instruments classes whose instances the runtime makes: WorkerEntrypoint, DurableObject. The result is a
// subclass and not a proxy, so that `this`, private fields, statics and instanceof work as before.

import { activeSpan, hasStorage, runWithSpan } from "../context/context.js";
import { tracedArgs } from "./bindings.js";
import { runEvent } from "./event.js";
import { HANDLERS, OBJECT_HANDLERS, methodEvent, rpcEvent } from "./kinds.js";
import { likeness } from "./likeness.js";
import { isClass, rpcMethods, showTraced } from "./methods.js";
import { initializeFrom } from "./settings.js";

/** @typedef {import("./methods.js").Class} Class */
/** @typedef {import("./likeness.js").Callable} Callable */
/** @typedef {import("./kinds.js").EventKind} EventKind */
/** @typedef {import("./kinds.js").HostEvent} HostEvent */
/** @typedef {import("./kinds.js").Surroundings} Surroundings */
/** @typedef {(original: Callable, name: EventKind) => Callable} Wrap */

const ENTRIES = [...HANDLERS, ...OBJECT_HANDLERS];
// The runtime calls these itself.
/** @type {Set<string>} */
const NO_RPC = new Set([
  ...ENTRIES,
  "constructor",
  "test",
  "tailStream",
  "connect",
]);

// Methods that a constructor calls are no events, so it runs below a parent that records nothing.
const UNDER_CONSTRUCTION = { destination: undefined, recording: false };

/** @param {Class} Class @param {import("./settings.js").Settings} settings */
export function instrumentClass(Class, settings) {
  /** @type {WeakMap<object, Surroundings>} */
  const surroundings = new WeakMap();
  const about = (/** @type {object} */ self) => surroundings.get(self) ?? {};
  const className = settings.className ?? nameOfClass(Class);

  /**
   * @template {string} Name
   * @param {Callable} original
   * @param {Name} name
   * @param {(name: Name, args: any[], className: string, about: Surroundings) => HostEvent} describe
   */
  const wrap = (original, name, describe) =>
    likeness(original, function (...args) {
      const action = () => Reflect.apply(original, this, args);
      const event = () => describe(name, args, className, about(this));
      return runEvent(settings, event, action);
    });
  /** @type {Wrap} */
  const wrapEntry = (original, name) => wrap(original, name, methodEvent);
  /** @param {Callable} original @param {string} name */
  const wrapMethod = (original, name) => wrap(original, name, rpcEvent);
  const isCall = (/** @type {object} */ self) =>
    surroundings.has(self) && isCalledFromOutside(about(self));

  const Instrumented = class extends Class {
    /** @param {any[]} args */
    // @ts-expect-error: super is called within runWithSpan, at once.
    constructor(...args) {
      const [ctx, env] = args;
      initializeFrom(settings, env);
      const given = tracedArgs(settings, args);
      methods.hide();
      try {
        // @ts-expect-error: the same.
        runWithSpan(UNDER_CONSTRUCTION, () => super(...given));
      } finally {
        methods.show();
      }
      const isObject = ctx?.storage !== undefined;
      // @ts-expect-error: super has been called by now.
      surroundings.set(this, { ctx, env, isObject });
      // Handlers may also be fields.
      // @ts-expect-error: super has been called by now.
      for (const name of ENTRIES) replace(this, this, name, wrapEntry);
    }
  };
  const { prototype } = Instrumented;
  for (const name of ENTRIES)
    replace(prototype, holderOf(Class.prototype, name), name, wrapEntry);
  const methods = showTraced(prototype, rpcMethods(Class, NO_RPC), {
    isCall,
    wrapMethod,
  });
  Object.defineProperty(Instrumented, "name", {
    value: Class.name,
    configurable: true,
  });
  return Instrumented;
}

/** Returns the name of a class, else that of the nearest parent class that has one. @param {Class} Class */
function nameOfClass(Class) {
  for (let at = Class; typeof at === "function"; at = Object.getPrototypeOf(at))
    if (typeof at.name === "string" && at.name !== "") return at.name;
  return "anonymous";
}

/**
 * Returns whether a call came over RPC. Every method can be called over RPC, but most calls are the class's
 * own, inside of an event. Where the active event is unknown after an await, a call counts as the class's own.
 * @param {Surroundings} about
 */
function isCalledFromOutside({ isObject }) {
  return activeSpan() === undefined && (hasStorage() || isObject === false);
}

/**
 * Wraps the own function `name` of `from`, and defines it on `target`. Accessors are left alone.
 * @param {object} target
 * @param {object | undefined} from
 * @param {EventKind} name
 * @param {Wrap} wrap
 */
function replace(target, from, name, wrap) {
  const descriptor = from && Object.getOwnPropertyDescriptor(from, name);
  if (typeof descriptor?.value !== "function" || isClass(descriptor.value))
    return;
  if (target === from && !descriptor.configurable) return;
  Object.defineProperty(target, name, {
    ...descriptor,
    value: wrap(descriptor.value, name),
  });
}

/** @param {object | null} prototype @param {string} name */
function holderOf(prototype, name) {
  let at = prototype;
  while (at !== null && !Object.hasOwn(at, name))
    at = Object.getPrototypeOf(at);
  return at ?? undefined;
}
