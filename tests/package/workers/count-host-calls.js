// Wraps the runtime's functions, so that calls can be counted. It is imported before all code that calls them.

import { AsyncLocalStorage } from "node:async_hooks";

export const counts = {};
let counting = false;

const count = (name) => {
  if (counting) counts[name] = (counts[name] ?? 0) + 1;
};

/** Wraps a method, or a global function. */
function wrap(holder, key, name = key) {
  const original = holder[key];
  holder[key] = function (...args) {
    count(name);
    return Reflect.apply(original, this, args);
  };
}

/** Wraps a class of the runtime's, whose instances are not changed. */
function wrapClass(name) {
  globalThis[name] = new Proxy(globalThis[name], {
    construct(target, args, newTarget) {
      count(`new ${name}`);
      return Reflect.construct(target, args, newTarget);
    },
  });
}

for (const key of ["fetch", "setTimeout", "clearTimeout", "queueMicrotask"])
  wrap(globalThis, key);
for (const name of [
  "WebSocketPair",
  "Request",
  "Headers",
  "URL",
  "AbortController",
  "ReadableStream",
  "TransformStream",
])
  wrapClass(name);
wrap(AsyncLocalStorage.prototype, "run");
wrap(AsyncLocalStorage.prototype, "getStore");
wrap(Promise.prototype, "then");
wrap(TextEncoder.prototype, "encodeInto");
wrap(JSON, "stringify");
wrap(performance, "now");
wrap(Date, "now", "Date.now");
wrap(ReadableStream.prototype, "getReader");
wrap(crypto, "getRandomValues");

export function startCounting() {
  for (const name of Object.keys(counts)) delete counts[name];
  counting = true;
}

export function stopCounting() {
  counting = false;
}
