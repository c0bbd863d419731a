// Bundles the command into pkg/bin, so that users of the package install none of the command's libraries.
// usage: node doctor/build.mjs

import { chmodSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const outfile = at("../pkg/bin/laminar-edge.js");

await build({
  entryPoints: [at("main.js")],
  outfile,
  absWorkingDir: at("."),
  bundle: true,
  platform: "node",
  // The main file of jsonc-parser hides its requires from bundlers.
  mainFields: ["module", "main"],
  target: "node20.10",
  format: "esm",
  // commander, dotenv and picocolors are CommonJS and load Node's modules by require.
  banner: {
    js: `#!/usr/bin/env node
import { createRequire as requireFrom } from "node:module";
const require = requireFrom(import.meta.url);`,
  },
  legalComments: "none",
  logLevel: "warning",
});
chmodSync(outfile, 0o755);
