// Where spans go, as JavaScript knows it: it outlives a wasm instance, whose numbers do not.

import { shared } from "../host/shared.js";

const known = shared("destinations", () => []);

/**
 * The one object for this URL, key and headers, so that spans can share it. How it is reached may
 * change: the last word counts.
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
    known.push(found);
  }
  found.fetch = fetch;
  found.compression = compression;
  return found;
}

/** The destination's number in this instance. Throws if that ends it. */
export function registerDestination(destination, instance) {
  if (destination.instance !== instance) {
    destination.id = instance.exports.destination();
    destination.instance = instance;
    instance.destinations[destination.id] = destination;
  }
  return destination.id;
}

/** The destination that an instance, dead perhaps, knew by this number. */
export function destinationById(instance, id) {
  return instance.destinations[id];
}

/** All that this isolate has had so far. */
export function knownDestinations() {
  return known;
}
