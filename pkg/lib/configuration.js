// What initialize put in force. Spans take the destination with them when they start, so a change
// concerns later spans only.

let inForce;
let standIn;

export function configuration() {
  return inForce ?? standIn;
}

export function setConfiguration(configuration) {
  inForce = configuration;
}

/** What counts while nothing is in force: tests need no key. */
export function setStandIn(configuration) {
  standIn = configuration;
}
