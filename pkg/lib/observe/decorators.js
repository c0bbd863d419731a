// observe as a decorator of methods, for both kinds of decorators.

import { observe } from "./observe.js";
import { messageOf } from "../values/value.js";
import { warnOnce } from "../host/warn.js";

/** @typedef {import("../../index.js").ObserveDecoratorConfig | undefined} Config */

/**
 * Decorates a method by the TC39 standard.
 * @type {typeof import("../../index.js").observeDecorator}
 */
export function observeDecorator(config) {
  return (method, context) => {
    if (context?.kind !== "method")
      throw new TypeError("observeDecorator decorates methods");
    return observed(config, method, context.name);
  };
}

/**
 * Decorates a method with TypeScript's experimentalDecorators.
 * @type {typeof import("../../index.js").observeExperimentalDecorator}
 */
export function observeExperimentalDecorator(config) {
  return (_target, name, descriptor) => {
    if (typeof descriptor?.value !== "function")
      throw new TypeError("observeExperimentalDecorator decorates methods");
    descriptor.value = observed(config, descriptor.value, name);
    return descriptor;
  };
}

/**
 * Returns a function that calls `method` in a span. It has the name, the length and the properties of `method`,
 * which frameworks store there. It replaces any method, so its type is general.
 * @param {Config} config
 * @param {(...args: any[]) => any} method
 * @param {string | symbol} name
 * @returns {any}
 */
function observed(config, method, name) {
  return new Proxy(method, {
    apply: (_, self, args) =>
      observe(
        optionsOf(config, self, args, String(name)),
        (...given) => Reflect.apply(method, self, given),
        ...args,
      ),
  });
}

/**
 * Returns the options of a call. If they cannot be read, they may have asked for nothing to be recorded.
 * @param {Config} config
 * @param {any} self
 * @param {any[]} args
 * @param {string} name
 * @returns {import("../../index.js").ObserveOptions}
 */
function optionsOf(config, self, args, name) {
  try {
    const options =
      typeof config === "function" ? config(self, ...args) : config;
    return { ...options, name: options?.name ?? name };
  } catch (error) {
    warnOnce(
      "decorator",
      `options of a decorator could not be read, so inputs and outputs are left out: ${messageOf(error)}`,
    );
    return { name, ignoreInput: true, ignoreOutput: true };
  }
}
