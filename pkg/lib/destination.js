// Where spans go, as JavaScript knows it: it outlives a wasm instance, whose numbers do not.

const known = [];

/** The one object for this URL and key, so that spans can share it. */
export function destinationOf(url, key) {
  let found = known.find((each) => each.url === url && each.key === key);
  if (found === undefined) {
    found = { url, key, instance: undefined, id: 0 };
    known.push(found);
  }
  return found;
}

/** The destination's number in this instance. */
export function registerDestination(destination, instance, glue) {
  if (destination.instance !== instance) {
    destination.id = glue.destination(destination.url, destination.key);
    destination.instance = instance;
    instance.destinations[destination.id] = destination;
  }
  return destination.id;
}

/** The destination that an instance, dead perhaps, knew by this number. */
export function destinationById(instance, id) {
  return instance.destinations[id];
}
