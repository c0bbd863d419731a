// Where spans go, as JavaScript knows it: it outlives a wasm instance, whose numbers do not.

import { shared } from "../host/shared.js";

/** @typedef {import("../core/instance.js").Instance} Instance */

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
 * @property {Uint8Array<ArrayBuffer>} [fingerprint]
 */

/**
 * What src/js/transport.rs sends by.
 * @typedef {object} Target
 * @property {string} url
 * @property {Headers} headers
 * @property {RequestInit | undefined} init
 * @property {boolean} gzip
 * @property {boolean} takesOptions Whether `fetch` is called with an address and options.
 */

/** @type {Destination[]} */
const known = shared("destinations", () => []);

/**
 * The one object for this URL, key and headers, so that spans can share it. How it is reached may
 * change: the last word counts.
 * @param {string} url
 * @param {string} key
 * @param {import("./options.js").Settings["transport"]} transport
 * @returns {Destination}
 */
export function destinationOf(url, key, { headers, fetch, compression }) {
  const said = JSON.stringify(headers);
  let found = known.find(
    (each) => each.url === url && each.key === key && each.said === said,
  );
  if (found === undefined) {
    found = { url, key, headers, said, instance: undefined, id: 0 };
    // What a request needs, once there is one.
    found.target = undefined;
    found.refused = undefined;
    known.push(found);
  }
  found.fetch = fetch;
  found.compression = compression;
  return found;
}

/**
 * The destination's number in this instance. Throws if that ends it.
 * @param {Destination} destination
 * @param {Instance} instance
 */
export function registerDestination(destination, instance) {
  if (destination.instance !== instance) {
    destination.id = instance.exports.destination();
    destination.instance = instance;
    instance.destinations[destination.id] = destination;
  }
  return destination.id;
}

/**
 * The destination that an instance, dead perhaps, knew by this number.
 * @param {Instance} instance
 * @param {number} id
 * @returns {Destination | undefined}
 */
export function destinationById(instance, id) {
  return instance.destinations[id];
}

/** All that this isolate has had so far. */
export function knownDestinations() {
  return known;
}
