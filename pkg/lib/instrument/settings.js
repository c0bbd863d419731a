// The options of instrument, and their values for an event.

import { watchCpuLimit } from "./cpu-limit.js";
import { confirmConfiguration, givenHere } from "../options/configuration.js";
import { activeSpan } from "../context/context.js";
import { initialize, restore } from "../observe/initialize.js";
import { Laminar } from "../observe/laminar.js";
import { hasOtherForms } from "../host/shared.js";
import { callerOf, extractContext } from "../context/propagation.js";
import { messageOf } from "../values/value.js";
import { warnOnce } from "../host/warn.js";

/** @typedef {import("../../index.js").InstrumentOptions} InstrumentOptions */
/** @typedef {ReturnType<typeof readSettings>} Settings */
/** @typedef {import("./kinds.js").HostEvent} HostEvent */
/** @typedef {{ parent?: import("../../index.js").SpanOptions["parentSpanContext"], stranger?: string }} Origin */

/** @type {Set<unknown>} */
const TRUST = new Set(["ignore", "laminar", "traceparent", "trusted"]);

/** @param {InstrumentOptions} [options] */
export function readSettings(options) {
  const { initialize, name, className, incomingContext, inputOutput } =
    options ?? {};
  const { blackBox } = options ?? {};
  if (blackBox === true) watchCpuLimit();
  return {
    llm: llmOf(options?.llm),
    initialize,
    name,
    className: text(className),
    inputOutput: inputOutput !== false,
    blackBox: blackBox === true,
    incoming: trustOf(incomingContext),
  };
}

/** @param {unknown} given @returns {object | undefined} */
function llmOf(given) {
  if (typeof given === "object" && given !== null) return given;
  return given === true ? {} : undefined;
}

/** @param {InstrumentOptions["incomingContext"]} given @returns {import("../../index.js").IncomingContext} */
function trustOf(given) {
  if (given === undefined || TRUST.has(given) || typeof given === "function")
    return given ?? "laminar";
  warnOnce(
    "incomingContext",
    `instrument does not know incomingContext ${String(given)}; callers' traces are not continued`,
  );
  return "ignore";
}

/**
 * Initializes with the given options, else as the program itself did, even if that disabled recording, else
 * with the variables in `env`.
 * @param {Pick<Settings, "initialize">} settings
 * @param {any} env
 */
export function initializeFrom({ initialize: own }, env) {
  try {
    if (own !== undefined)
      return initialize(typeof own === "function" ? own(env) : own);
    const projectApiKey = text(env?.LMNR_PROJECT_API_KEY);
    const baseUrl = text(env?.LMNR_BASE_URL);
    const given = givenHere();
    // The program's options lack only the key. The others, such as a mask, apply.
    if (given?.options !== undefined && projectApiKey !== undefined)
      return initialize({ baseUrl, ...given.options, projectApiKey });
    if (given !== undefined) return restore(given);
    // Only the other copy of the package has the program's mask.
    if (hasOtherForms(true)) return undefined;
    const known =
      projectApiKey === undefined
        ? Laminar.initialized()
        : projectApiKey === Laminar.getProjectApiKey();
    if (known) return confirmConfiguration();
    return initialize({ projectApiKey, baseUrl });
  } catch (error) {
    warnOnce(
      "instrument initialize",
      `instrument could not initialize: ${messageOf(error)}`,
    );
    return undefined;
  }
}

/** Returns a non-empty string; undefined for other values, which bindings may have. @param {unknown} value */
function text(value) {
  return typeof value === "string" ? value.trim() || undefined : undefined;
}

/**
 * Returns in `parent` the span context to continue, if the options trust the caller, or in `stranger` the
 * traceparent of a caller whose trace is not continued. An event inside another event needs neither.
 * @param {Settings} settings
 * @param {HostEvent} event
 * @returns {Origin}
 */
export function originOf({ incoming }, { request }) {
  if (request === undefined || activeSpan()?.recording) return {};
  if (incoming === "ignore") return {};
  if (incoming === "laminar") return callerOf(request.headers);
  const trusted = incoming === "trusted";
  if (typeof incoming !== "function")
    return { parent: extractContext(request.headers, { trusted }) };
  try {
    return { parent: incoming(request) ?? undefined };
  } catch (error) {
    warnOnce(
      "incomingContext",
      `incomingContext threw, a new trace begins: ${messageOf(error)}`,
    );
    return {};
  }
}

/** @param {Settings} settings @param {HostEvent} event */
export function nameOf({ name }, event) {
  if (typeof name !== "function") return name ?? event.name;
  try {
    return name(event.subject, event.kind) ?? event.name;
  } catch (error) {
    warnOnce("instrument name", `name threw: ${messageOf(error)}`);
    return event.name;
  }
}
