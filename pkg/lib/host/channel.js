// The runtime's diagnostics channel. What is published there is copied out of the isolate at once: in a
// Worker with a Tail Worker attached it arrives there, whatever becomes of the isolate.

import { tellsRequestsApart } from "./request.js";
import { shared } from "./shared.js";

/** The channel's name, and the first argument of a console line that stands in for it. */
export const CHANNEL = "laminar-edge";

/** Of the messages: what a Tail Worker does not know it leaves alone. */
export const VERSION = 1;

/** @typedef {(message: Record<string, unknown>) => void} Publish */

/** @type {{ publish: Publish | undefined }} */
const state = shared("channel", () => ({ publish: undefined }));

/**
 * Publishes a plain object. A view in it must have a buffer of its own: the whole buffer would be copied.
 * Returns whether the runtime took it.
 * @type {(message: Record<string, unknown>) => boolean}
 */
export function publish(message) {
  try {
    state.publish ??= findChannel();
    state.publish(message);
    return true;
  } catch {
    return false;
  }
}

/** @returns {Publish} */
function findChannel() {
  const found = /** @type {any} */ (globalThis).process?.getBuiltinModule?.(
    "node:diagnostics_channel",
  );
  const channel = found?.channel(CHANNEL);
  if (channel !== undefined) return (message) => channel.publish(message);
  // Elsewhere there is no Tail Worker that reads the console.
  if (!tellsRequestsApart()) return () => {};
  return (message) => console.log(CHANNEL, JSON.stringify(message, asText));
}

/** @type {(key: string, value: unknown) => unknown} */
function asText(key, value) {
  if (!(value instanceof Uint8Array)) return value;
  let characters = "";
  for (const byte of value) characters += String.fromCharCode(byte);
  return btoa(characters);
}
