// The options of instrument, and what they say about one event.

import { confirmConfiguration } from "../options/configuration.js";
import { activeSpan } from "../context/context.js";
import { Laminar } from "../observe/laminar.js";
import { callerOf, extractContext } from "../context/propagation.js";
import { messageOf } from "../values/value.js";
import { warnOnce } from "../host/warn.js";

const TRUST = new Set(["ignore", "laminar", "traceparent", "trusted"]);

export function readSettings(options) {
  const { initialize, name, incomingContext } = options ?? {};
  return { initialize, name, incoming: trustOf(incomingContext) };
}

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
 * With the options given, else with what `env` holds. What the program initialized itself, a mask
 * with the same key, say, stays in force.
 */
export function initializeFrom({ initialize }, env) {
  try {
    if (initialize !== undefined) {
      const options =
        typeof initialize === "function" ? initialize(env) : initialize;
      return Laminar.initialize(options);
    }
    const projectApiKey = text(env?.LMNR_PROJECT_API_KEY);
    const baseUrl = text(env?.LMNR_BASE_URL);
    const known =
      projectApiKey === undefined
        ? Laminar.initialized()
        : projectApiKey === Laminar.getProjectApiKey();
    if (known) return confirmConfiguration();
    Laminar.initialize({ projectApiKey, baseUrl });
  } catch (error) {
    warnOnce(
      "instrument initialize",
      `instrument could not initialize: ${messageOf(error)}`,
    );
  }
}

/** A binding may be anything; a key is text. */
function text(value) {
  return typeof value === "string" ? value.trim() || undefined : undefined;
}

/**
 * Returns in `parent` whose trace goes on: within one event the span around it, else whom the options
 * trust; in `stranger` the traceparent of a caller whose trace is elsewhere.
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

export function nameOf({ name }, event) {
  if (typeof name !== "function") return name ?? event.name;
  try {
    return name(event.subject, event.kind) ?? event.name;
  } catch (error) {
    warnOnce("instrument name", `name threw: ${messageOf(error)}`);
    return event.name;
  }
}
