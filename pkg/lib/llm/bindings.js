// The bindings in an event's environment, for `instrument`. The environment belongs to all requests of an isolate,
// so nothing is written into it: a handler gets a copy.

import { shared } from "../host/shared.js";
import { wrapWorkersAI } from "./workers-ai.js";

/**
 * The copies of environments that were made for each handler's options.
 * @type {WeakMap<object, WeakMap<object, object>>}
 */
const copies = shared("llm environments", () => new WeakMap());

/**
 * Returns an environment whose bindings of Workers AI trace; `env` itself if it has none.
 * @param {any} env
 * @param {import("../../llm.js").LLMOptions} options
 */
export function withBindings(env, options) {
  if (typeof env !== "object" || env === null) return env;
  let own = copies.get(options);
  if (own === undefined) copies.set(options, (own = new WeakMap()));
  const known = own.get(env);
  if (known !== undefined) return known;
  const descriptors = Object.getOwnPropertyDescriptors(env);
  let has = false;
  for (const key of Object.keys(descriptors)) {
    const { value } = descriptors[key];
    if (!isWorkersAI(value)) continue;
    has = true;
    descriptors[key] = {
      ...descriptors[key],
      value: wrapWorkersAI(value, options),
    };
  }
  const given = has
    ? Object.create(Object.getPrototypeOf(env), descriptors)
    : env;
  own.set(env, given);
  own.set(given, given);
  return given;
}

/** @param {any} value */
function isWorkersAI(value) {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof value.run === "function" &&
    typeof value.gateway === "function"
  );
}
