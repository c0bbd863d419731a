// `instrument(handler, { llm: true })` gives handlers bindings that trace.

import { llmEngine } from "../options/llm-engine.js";

/** @typedef {import("./settings.js").Settings} Settings */

/**
 * Returns the environment that a handler gets.
 * @param {Settings} settings
 * @param {any} env
 */
function tracedEnv({ llm }, env) {
  if (llm === undefined) return env;
  try {
    return llmEngine("instrument with llm")?.withBindings(env, llm) ?? env;
  } catch {
    // The environment cannot be read.
    return env;
  }
}

/**
 * Traces the bindings in `(event, env, ctx)`, the arguments of a handler object's methods.
 * @param {Settings} settings
 * @param {any[]} args
 */
export function tracedArgs(settings, args) {
  if (settings.llm === undefined || args.length < 2) return args;
  const [event, env, ...rest] = args;
  return [event, tracedEnv(settings, env), ...rest];
}

/**
 * Does the same for a function that may have a single context, as Pages gives it.
 * @param {Settings} settings
 * @param {any[]} args
 */
export function tracedContext(settings, args) {
  if (settings.llm === undefined) return args;
  const [context, ...rest] = args;
  if (rest.length > 0 || !context?.request) return tracedArgs(settings, args);
  const env = tracedEnv(settings, context.env);
  if (env === context.env) return args;
  const own = Object.getOwnPropertyDescriptors(context);
  const { enumerable = true } = own.env ?? {};
  return [
    Object.create(Object.getPrototypeOf(context), {
      ...own,
      env: { value: env, enumerable, writable: true, configurable: true },
    }),
  ];
}
