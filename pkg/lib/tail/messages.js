// Reads the messages that an invocation has published from the runtime's events. The program and all its packages
// can write to the channel, so invalid messages are ignored.

import { CHANNEL, VERSION } from "../host/channel.js";

const MAX_BODY_BYTES = 4 << 20;

/**
 * @typedef {{ type: "spans", project?: string, check?: number, body: Uint8Array }} SpansMessage
 * @typedef {{ type: "start", id: string, name: string, kind: number, start: number, remote: boolean,
 *   context?: string, attributes?: string }} StartMessage
 * @typedef {{ type: "end" | "cpu", id: string }} OtherMessage
 * @typedef {{ type: "unreadable" }} UnreadableMessage A batch that cannot be read.
 * @typedef {SpansMessage | UnreadableMessage | StartMessage | OtherMessage} Message
 */

/**
 * Returns our messages in an item of a buffered tail, in order.
 * @param {any} item
 * @returns {Message[]}
 */
export function messagesOf(item) {
  const published = list(item?.diagnosticsChannelEvents)
    .filter((each) => each?.channel === CHANNEL)
    .map((each) => readMessage(each.message));
  const logged = list(item?.logs).map((each) => readLine(each?.message));
  return /** @type {Message[]} */ (
    [...published, ...logged].filter((each) => each !== undefined)
  );
}

/**
 * Returns a message as it was published; undefined for any other value.
 * @param {any} message
 * @returns {Message | undefined}
 */
export function readMessage(message) {
  const { v, type, id, body, project, check } = Object(message);
  if (type === "spans") {
    const bytes = v === VERSION ? bytesOf(body) : undefined;
    if (bytes === undefined) return { type: "unreadable" };
    return { type, body: bytes, project: text(project), check: number(check) };
  }
  if (v !== VERSION) return undefined;
  if (typeof id !== "string") return undefined;
  if (type === "end" || type === "cpu") return { type, id };
  if (type !== "start") return undefined;
  const { name, kind, start, remote, context, attributes } = message;
  return {
    type,
    id,
    name: text(name) ?? "",
    kind: number(kind) ?? 0,
    start: number(start) ?? 0,
    remote: remote === true,
    context: text(context),
    attributes: text(attributes),
  };
}

/**
 * Returns the message in a line on the console, which is used where there was no channel. It has two arguments, so
 * a user's text that the program logs is never taken for one.
 * @param {unknown} line
 */
export function readLine(line) {
  if (!Array.isArray(line) || line.length !== 2) return undefined;
  if (line[0] !== CHANNEL || typeof line[1] !== "string") return undefined;
  try {
    return readMessage(JSON.parse(line[1]));
  } catch {
    return undefined;
  }
}

/** @param {unknown} body */
function bytesOf(body) {
  const bytes = typeof body === "string" ? decoded(body) : body;
  const fits =
    bytes instanceof Uint8Array && bytes.byteLength <= MAX_BODY_BYTES;
  return fits ? bytes : undefined;
}

/** @param {string} body */
function decoded(body) {
  try {
    return Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** @param {unknown} value @returns {any[]} */
const list = (value) => (Array.isArray(value) ? value : []);
/** @param {unknown} value */
const text = (value) => (typeof value === "string" ? value : undefined);
/** @param {unknown} value */
const number = (value) => (Number.isFinite(value) ? Number(value) : undefined);
