// initialize, which the program calls, or instrument for it.

import { configureBackground, endTurn } from "../record/background.js";
import { anchorClock } from "../context/clock.js";
import {
  confirmConfiguration,
  lastConfiguration,
  setConfiguration,
} from "../options/configuration.js";
import { hasStorage } from "../context/context.js";
import { debug, setDebug } from "../host/debug.js";
import { destinationOf } from "../options/destination.js";
import { callCore } from "../core/instance.js";
import { replaceIfTerminated } from "../core/terminated.js";
import { watchHost } from "../host/leaving.js";
import { parseOptions } from "../options/options.js";
import { messageOf } from "../values/value.js";
import { forget, warnOnce } from "../host/warn.js";

/** @typedef {import("../../index.js").InitializeOptions} InitializeOptions */
/** @typedef {{ configure(options: unknown): void }} Glue */
/** @typedef {import("../options/configuration.js").Configuration} Configuration */
/** @typedef {import("../options/configuration.js").Given} Given */

/**
 * Initializes the SDK; never throws. `byProgram` notes options of the program itself, which instrument does not
 * replace.
 * @param {InitializeOptions} [asked]
 * @param {boolean} [byProgram]
 */
export function initialize(asked, byProgram = false) {
  const options = asked ?? {};
  try {
    endTurn();
    replaceIfTerminated();
    const last = lastConfiguration();
    // Programs call it in every request, so usually nothing has changed.
    if (last !== undefined && isSame(options, last.options))
      return confirmConfiguration(
        byProgram ? { configuration: last } : undefined,
      );
    anchorClock();
    if (options.enabled === false)
      return setConfiguration(
        undefined,
        byProgram ? { configuration: undefined } : undefined,
      );
    const parsed = parseOptions(options);
    setDebug(parsed.debug);
    if (parsed.key === undefined) {
      warnOnce("key", parsed.missing);
      // From now on nothing is recorded.
      const keyless = { configuration: undefined, options };
      return setConfiguration(undefined, byProgram ? keyless : undefined);
    }
    forget("key");
    const destination = parsed.url
      ? destinationOf(
          parsed.url,
          parsed.key,
          parsed.transport,
          parsed.redaction,
        )
      : undefined;
    const configuration = { ...parsed, destination, options: { ...options } };
    putInForce(configuration, byProgram ? { configuration } : undefined);
    debug(`spans go to ${parsed.url ?? "nowhere"}`, () => ({
      runtime: parsed.core.runtime,
      key: parsed.key === "" ? "none" : "given",
      asyncLocalStorage: hasStorage(),
    }));
  } catch (error) {
    warnOnce(
      "initialize",
      `initialize failed, nothing is recorded: ${messageOf(error)}`,
    );
  }
}

/**
 * Sets the program's configuration for the request that runs, after another request has set its own.
 * @param {Given} given
 */
export function restore(given) {
  const { configuration } = given;
  if (lastConfiguration() === configuration) confirmConfiguration(given);
  else if (configuration === undefined) setConfiguration(undefined, given);
  else putInForce(configuration, given);
}

/** @param {Configuration} configuration @param {Given} [given] */
function putInForce(configuration, given) {
  setConfiguration(configuration, given);
  configureBackground(configuration.background);
  watchHost();
  callCore(
    /** @param {unknown} exports @param {unknown} instance @param {Glue} glue */
    (exports, instance, glue) => glue.configure(configuration.core),
  );
}

/**
 * Returns whether no option has changed.
 * @param {Record<string, any>} options
 * @param {Record<string, any>} before
 */
function isSame(options, before) {
  let missing = 0;
  for (const key in options) {
    const value = options[key];
    if (!isSameValue(value, before[key])) return false;
    if (value !== undefined) missing--;
  }
  // All that are given now were given before, so counting them shows whether any is missing.
  for (const key in before) if (before[key] !== undefined) missing++;
  return missing === 0;
}

/**
 * Compares plain objects by their content, because headers and metadata are often new objects in each call.
 * @param {unknown} one @param {unknown} other
 */
function isSameValue(one, other) {
  if (one === other) return true;
  if (!isPlain(one) || !isPlain(other)) return false;
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * Returns whether a value is a plain object of texts and lists of texts.
 * @param {unknown} value
 */
function isPlain(value) {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.values(value)
      .flat()
      .every((each) => typeof each === "string")
  );
}
