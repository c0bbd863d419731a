// The runtime's diagnostics channel. The runtime copies a published message out of the isolate at once, so that
// an attached Tail Worker receives it even if the isolate is killed.

import { base64 } from "./base64.js";
import { tellsRequestsApart } from "./request.js";
import { shared } from "./shared.js";

/** The channel's name. A console line that replaces a message has it as its first argument. */
export const CHANNEL = "laminar-edge";

/** The version of the messages. A Tail Worker ignores versions that it does not know. */
export const VERSION = 1;

/** @typedef {(message: Record<string, unknown>) => void} Publish */

/** @type {{ publish: Publish | undefined, isText: boolean }} */
const state = shared("channel", () => ({ publish: undefined, isText: false }));

/**
 * Publishes a plain object, and returns whether the runtime took it. A view in it must have a buffer of its
 * own, because the runtime copies the whole buffer.
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

/** Returns by how much a body becomes larger in its message: as a line on the console it is base64. */
export function growth() {
  state.publish ??= findChannel();
  return state.isText ? 4 / 3 : 1;
}

/** @returns {Publish} */
function findChannel() {
  const found = /** @type {any} */ (globalThis).process?.getBuiltinModule?.(
    "node:diagnostics_channel",
  );
  const channel = found?.channel(CHANNEL);
  if (channel !== undefined) return (message) => channel.publish(message);
  // Other runtimes have no Tail Worker that reads the console.
  if (!tellsRequestsApart()) return () => {};
  state.isText = true;
  return (message) => console.log(CHANNEL, JSON.stringify(message, asText));
}

/** @type {(key: string, value: unknown) => unknown} */
function asText(key, value) {
  if (!(value instanceof Uint8Array)) return value;
  return base64(value);
}
