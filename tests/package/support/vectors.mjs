// The request bodies of ../vectors: the stored ones, and those that a core makes.

import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { deflateRawSync, inflateRawSync } from "node:zlib";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const KEPT = path("../vectors/bodies.json");

/** Flags of a Node where JavaScript has no WebAssembly. */
export const WITHOUT_WEBASSEMBLY = [
  "--conditions=fastly",
  `--import=${path("./no-webassembly.mjs")}`,
];

/** Returns `{ bodies, webAssembly }`: the programs' request bodies, and `typeof WebAssembly` where they ran. */
export async function makeBodies(flags = []) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, path("../vectors/bodies.mjs")],
    { maxBuffer: 1 << 28 },
  );
  return JSON.parse(stdout);
}

/** The bodies are stored deflated, because they repeat a lot. */
export function keptBodies() {
  const kept = JSON.parse(readFileSync(KEPT, "utf8"));
  return mapBodies(kept, (body) =>
    inflateRawSync(Buffer.from(body, "base64")).toString("base64"),
  );
}

export function keepBodies(bodies) {
  const kept = mapBodies(bodies, (body) =>
    deflateRawSync(Buffer.from(body, "base64"), { level: 9 }).toString(
      "base64",
    ),
  );
  writeFileSync(KEPT, JSON.stringify(kept, null, 2) + "\n");
}

function mapBodies(bodies, change) {
  const changed = Object.entries(bodies).map(([name, list]) => [
    name,
    list.map(change),
  ]);
  return Object.fromEntries(changed);
}
