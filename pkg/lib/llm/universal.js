// Requests to the bare AI Gateway: a list of calls, of which the first that succeeds is answered. Their headers hold
// keys, and no part of them gets any further than this.

import { beginCall } from "./call.js";
import { inGateway } from "./match.js";

/** @typedef {import("./call.js").Call} Call */
/** @typedef {import("./match.js").Target} Target */
/** @typedef {import("./options.js").Options} Options */
/** @typedef {{ target: Target, body: Uint8Array }} Entry */

const STEP = "cf-aig-step";
// A gateway takes fewer.
const MAX_ENTRIES = 32;

const encoder = new TextEncoder();

/**
 * Begins the call that a list's first entry makes; the answer says which one it was.
 * @param {Target} around
 * @param {Options} options
 * @param {Uint8Array | undefined} body
 * @returns {Call | undefined}
 */
export function beginUniversal(around, options, body) {
  if (body === undefined) return undefined;
  return beginEntries(parse(body), around, options);
}

/**
 * @param {unknown} given one call or a list of them
 * @param {Partial<Target>} around
 * @param {Options} options
 * @returns {Call | undefined}
 */
export function beginEntries(given, { host, port }, options) {
  const list = Array.isArray(given) ? given : [given];
  const entries = list.slice(0, MAX_ENTRIES).map((entry) => {
    const read = entryOf(entry);
    return read && { ...read, target: { ...read.target, host, port } };
  });
  const first = entries.find((entry) => entry !== undefined);
  if (first === undefined) return undefined;
  const call = beginCall(first.target, options, first.body);
  if (call === undefined) return undefined;
  call.answer = (headers) => {
    const answering = entries[Number(headers.get(STEP) ?? NaN)];
    if (answering !== undefined && answering !== first)
      call.become(answering.target, answering.body);
  };
  return call;
}

/** @param {any} entry @returns {Entry | undefined} */
function entryOf(entry) {
  const { provider, endpoint, query } = entry ?? {};
  if (typeof provider !== "string" || typeof endpoint !== "string")
    return undefined;
  const [path] = endpoint.split("?");
  const target = inGateway(provider, path);
  if (target === undefined) return undefined;
  return {
    target: { ...target, path: `/${provider}${target.path}` },
    body: encoder.encode(JSON.stringify(query) ?? ""),
  };
}

/** @param {Uint8Array} body */
function parse(body) {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
