// What initialize put in force. Spans take the destination with them when they start, so a change
// concerns later spans only.

let inForce;

export function configuration() {
  return inForce;
}

export function setConfiguration(configuration) {
  inForce = configuration;
}
