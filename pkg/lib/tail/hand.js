// Publishes sealed batches for a Tail Worker: a flush without a request.

import { activeSpan, hasStorage } from "../context/context.js";
import { HANDED, REFUSED, BY_TAIL } from "../../wasm/constants.js";
import { callCore, current, ledger } from "../core/instance.js";
import { growth, publish, VERSION } from "../host/channel.js";
import { isOwn, knownRequest, noteRequest } from "../host/request.js";
import { anyConfiguration } from "../options/configuration.js";
import { destinationById } from "../options/destination.js";
import { FRAME_BYTES } from "./options.js";
import { checkOf } from "./check.js";

// A buffered tail keeps 256 KiB of an invocation. The rest is for the program's own lines on the console, its
// exceptions, and the request.
const INVOCATION_BYTES = 192 << 10;
// A streaming tail holds 2 MiB that it has not passed on.
const TURN_BYTES = 1536 << 10;
// With less room than this, the pieces of a batch would be too small.
const LEAST_BYTES = 4 << 10;

/** @typedef {import("../options/destination.js").Destination} Destination */
/** @typedef {{ token: number, destination: number, spans: number, address: number, bytes: number }} Lease */
/** @typedef {import("../core/instance.js").Exports} Exports */

/**
 * Publishes full batches for a Tail Worker, or all. Returns how many spans were published and how many wait;
 * undefined if the program does not use this transport.
 * @param {boolean} all
 */
export function hand(all) {
  if (!current()?.destinations.some(({ ways }) => ways & BY_TAIL))
    return undefined;
  const note = noteHere();
  // Outside of a request no tail receives messages.
  if (!isOwn(note.token)) return undefined;
  const horizon = callCore((exports) => exports.horizon(all) >>> 0);
  if (horizon === undefined) return undefined;
  const { streaming = false, bodyBytes = 0 } = anyConfiguration()?.tail ?? {};
  let roomBytes = streaming ? TURN_BYTES : INVOCATION_BYTES - note.handedBytes;
  let handed = 0;
  for (;;) {
    const maxBytes = Math.min(bodyBytes, (roomBytes - FRAME_BYTES) / growth());
    if (maxBytes < LEAST_BYTES) break;
    const lease = /** @type {Lease | undefined} */ (
      callCore((exports, live, glue) =>
        glue.store_lease(horizon, maxBytes, 0, true),
      )
    );
    if (lease === undefined) break;
    const fate = publishBatch(lease) ? HANDED : REFUSED;
    callCore((exports, live, glue) => glue.store_settle(lease.token, fate));
    if (fate === REFUSED) break;
    const usedBytes = lease.bytes * growth() + FRAME_BYTES;
    roomBytes -= usedBytes;
    note.handedBytes += usedBytes;
    handed += lease.spans;
  }
  const stats = callCore(ledger);
  const left = stats && stats.buffered + stats.inFlight;
  return { handed, left };
}

/** Gives the invocation that begins now its own room. */
export function renew() {
  noteHere().handedBytes = 0;
}

/** Returns the record of the running request, which counts its room. */
function noteHere() {
  const around = hasStorage() ? activeSpan()?.request : undefined;
  if (around !== undefined && isOwn(around.token)) return around;
  return knownRequest() ?? noteRequest();
}

/** @param {Lease} lease */
function publishBatch({ destination, spans, address, bytes }) {
  const instance = current();
  const found = instance && destinationById(instance, destination);
  if (instance === undefined || found === undefined) return false;
  const { memory } = instance.exports;
  const { project, key } = found;
  return publish({
    v: VERSION,
    type: "spans",
    spans,
    ...(project !== undefined && { project }),
    ...(key !== "" && { check: checkOf(key) }),
    // This is a copy, because of a view the runtime would copy the whole memory.
    body: new Uint8Array(memory.buffer, address, bytes).slice(),
  });
}
