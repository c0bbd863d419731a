// Destinations as JavaScript knows them. They outlive a wasm instance; its numbers for them do not.

import { BY_NETWORK } from "../../wasm/constants.js";
import { shared } from "../host/shared.js";

/** @typedef {import("../core/instance.js").Instance} Instance */
/** @import { Redaction } from "./redact.js" */

/**
 * @typedef {object} Destination
 * @property {string} url
 * @property {string} key
 * @property {Record<string, string> | undefined} headers
 * @property {string | undefined} said The headers as JSON.
 * @property {Instance | undefined} instance
 * @property {number} id In that instance.
 * @property {Target} [target]
 * @property {boolean} [refused] Its last answer turned spans away for want of the right key.
 * @property {import("../../index.js").InitializeOptions["fetch"]} [fetch]
 * @property {string} [compression]
 * @property {number} ways Bits of wasm/constants.js: how spans get there.
 * @property {string | undefined} project What the Tail Worker knows it by.
 * @property {Uint8Array<ArrayBuffer>} [fingerprint]
 * @property {Redaction} [redaction]
 * @property {Instance} [ruled] The instance that knows the rules of its redaction.
 * @property {number} [keys] How many destinations there were then.
 */

/**
 * What src/js/transport.rs needs to send.
 * @typedef {object} Target
 * @property {string} url
 * @property {Headers} headers
 * @property {RequestInit | undefined} init
 * @property {boolean} gzip
 * @property {boolean} takesOptions Whether `fetch` is called with an address and options.
 */

// More are known only if the program has headers or a key of their own for each request.
const MOST_KNOWN = 512;

/** The newest last. @type {Destination[]} */
const known = shared("destinations", () => []);
// How many there were, in all copies of the package.
const made = shared("destinations made", () => ({ count: 0 }));

/**
 * Returns the one object for this URL, key, headers and redaction, so that spans can share it. The other settings may
 * change: the last ones apply.
 * @param {string} url
 * @param {string} key
 * @param {import("./options.js").Settings["transport"]} transport
 * @param {Redaction} [redaction] Without one any is right, because nothing is recorded for it.
 * @returns {Destination}
 */
export function destinationOf(
  url,
  key,
  { headers, fetch, compression, ways = BY_NETWORK, project },
  redaction,
) {
  const said = JSON.stringify(headers);
  let found = known.find(
    (each) =>
      each.url === url &&
      each.key === key &&
      each.said === said &&
      each.ways === ways &&
      each.project === project &&
      (redaction === undefined ||
        each.redaction?.signature === redaction.signature),
  );
  if (found === undefined) {
    const instance = undefined;
    found = { url, key, headers, said, instance, id: 0, ways, project };
    found.redaction = redaction;
    found.ruled = undefined;
    found.keys = 0;
    // What a request needs, set with the first request.
    found.target = undefined;
    found.refused = undefined;
    known.push(found);
    made.count++;
    // Spans, configurations and the instance keep those that they use.
    if (known.length > MOST_KNOWN) known.shift();
  }
  found.fetch = fetch;
  found.compression = compression;
  return found;
}

/**
 * Returns the destination's number in this instance. Throws if the call ends the instance.
 * @param {Destination} destination
 * @param {Instance} instance
 */
export function registerDestination(destination, instance) {
  if (destination.instance !== instance) {
    destination.id = instance.exports.destination(destination.ways);
    destination.instance = instance;
    instance.destinations[destination.id] = destination;
  }
  return destination.id;
}

/**
 * Forgets an instance whose spans have been taken over. Destinations outlive it, and would keep its memory.
 * @param {Instance} instance
 */
export function forgetInstance(instance) {
  for (const destination of instance.destinations) {
    if (destination.instance === instance) destination.instance = undefined;
    if (destination.ruled === instance) destination.ruled = undefined;
  }
}

/**
 * Returns the destination that an instance, which may be dead, knew by this number.
 * @param {Instance} instance
 * @param {number} id
 * @returns {Destination | undefined}
 */
export function destinationById(instance, id) {
  return instance.destinations[id];
}

/** Returns the newest destinations that this isolate has had. */
export function knownDestinations() {
  return known;
}

/** Returns how many destinations this isolate has had. */
export function countDestinations() {
  return made.count;
}
