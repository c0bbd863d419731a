// The runtime as spans name it, said by the entry.

import { shared } from "./shared.js";

const state = shared("runtime", () => ({ name: "unknown" }));

/** @param {string} given */
export function setRuntimeName(given) {
  state.name = given;
}

export function runtimeName() {
  return state.name;
}
