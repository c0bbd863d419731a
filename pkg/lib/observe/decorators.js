// observe as a decorator of methods, for both kinds of decorators.

import { observe } from "./observe.js";

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
 * Returns a function that calls `method` in a span. It replaces any method, so its type is general.
 * @param {Config} config
 * @param {(...args: any[]) => any} method
 * @param {string | symbol} name
 * @returns {any}
 */
function observed(config, method, name) {
  return /** @this {any} @param {any[]} args */ function (...args) {
    const options =
      typeof config === "function" ? config(this, ...args) : config;
    return observe(
      { ...options, name: options?.name ?? String(name) },
      (...given) => method.apply(this, given),
      ...args,
    );
  };
}
