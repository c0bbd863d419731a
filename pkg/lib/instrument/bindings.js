// `instrument(handler, { llm: true })`: what a handler gets has bindings that trace.

import { llmEngine } from "../options/llm-engine.js";

/** @typedef {import("./settings.js").Settings} Settings */

/**
 * The environment that a handler is to have.
 * @param {Settings} settings
 * @param {any} env
 */
export function tracedEnv({ llm }, env) {
  if (llm === undefined) return env;
  try {
    return llmEngine("instrument with llm")?.withBindings(env, llm) ?? env;
  } catch {
    // One that cannot be looked at.
    return env;
  }
}

/**
 * `(event, env, ctx)`, as handler objects are called.
 * @param {Settings} settings
 * @param {any[]} args
 */
export function tracedArgs(settings, args) {
  if (settings.llm === undefined || args.length < 2) return args;
  const [event, env, ...rest] = args;
  return [event, tracedEnv(settings, env), ...rest];
}

/**
 * The same for a function that may have one context with all in it, as Pages gives it.
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
