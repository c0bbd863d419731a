// observe as a decorator of methods, in both dialects.

import { observe } from "./observe.js";

/** For TC39 decorators. */
export function observeDecorator(config) {
  return (method, context) => {
    if (context?.kind !== "method")
      throw new TypeError("observeDecorator decorates methods");
    return observed(config, method, context.name);
  };
}

/** For TypeScript's experimentalDecorators. */
export function observeExperimentalDecorator(config) {
  return (_target, name, descriptor) => {
    if (typeof descriptor?.value !== "function")
      throw new TypeError("observeExperimentalDecorator decorates methods");
    descriptor.value = observed(config, descriptor.value, name);
    return descriptor;
  };
}

function observed(config, method, name) {
  return function (...args) {
    const options =
      typeof config === "function" ? config(this, ...args) : config;
    return observe(
      { ...options, name: options?.name ?? String(name) },
      (...given) => method.apply(this, given),
      ...args,
    );
  };
}
