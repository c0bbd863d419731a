// `debug: true`: logs what the SDK does, so that a user sees why no span arrived.

import { shared } from "./shared.js";
import { shownOnConsole } from "./warn.js";

const state = shared("debug", () => ({ on: false }));

/** @param {boolean | undefined} wanted */
export function setDebug(wanted) {
  state.on = wanted === true;
}

export function isDebugging() {
  return state.on;
}

/**
 * Logs a message. `detail` is anything that JSON can show, or a function that returns it.
 * @param {string} message
 * @param {unknown} [detail]
 */
export function debug(message, detail) {
  if (!state.on) return;
  try {
    const shown = typeof detail === "function" ? detail() : detail;
    console.log(
      `[laminar-edge] ${shownOnConsole(message)}`,
      ...(shown === undefined ? [] : [shownOnConsole(JSON.stringify(shown))]),
    );
  } catch {
    // Telemetry never breaks its host.
  }
}
