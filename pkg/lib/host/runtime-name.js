// The runtime's name as spans record it. The entry sets it.

import { shared } from "./shared.js";

const state = shared("runtime", () => ({ name: "unknown" }));

/** @param {string} given */
export function setRuntimeName(given) {
  state.name = given;
}

export function runtimeName() {
  return state.name;
}
