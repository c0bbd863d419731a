// The program that runs through every place, in the build with traps.

import { program } from "../support/trap-program.mjs";

const traps = new URL("../../../target/laminar-edge-traps/", import.meta.url);
const entry = globalThis.WebAssembly === undefined ? "js.js" : "node.js";
const sdk = await import(new URL(entry, traps));
await import(new URL("spill.js", traps));

export const run = (input) => program(sdk, input);
