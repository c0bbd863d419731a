// The runtime as spans name it, said by the entry.

let name = "unknown";

export function setRuntimeName(given) {
  name = given;
}

export function runtimeName() {
  return name;
}
