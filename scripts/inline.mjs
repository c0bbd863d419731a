// Writes a module beside the wasm whose default export is the wasm's bytes, deflated, as base64: for runtimes
// and bundlers that cannot load a file. The bytes are deflated first, because then the download is as small as
// the wasm file's, and the string takes half the memory.
// usage: node scripts/inline.mjs WASM
import { readFileSync, writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";

const wasm = process.argv[2];
const text = deflateRawSync(readFileSync(wasm), { level: 9 }).toString(
  "base64",
);
const source = `export default "${text}";\n`;
const path = wasm.replace(/_bg\.wasm$/, "_inlined.js");

// An unchanged file keeps its time, so that watchers and make see no change.
if (read(path) !== source) writeFileSync(path, source);

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
