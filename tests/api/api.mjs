// Holds the package's declarations against api.md, or with --accept writes it.
// usage: node tests/api/api.mjs [--accept]

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { apiReport } from "./report.mjs";

const prettier = createRequire(new URL("../", import.meta.url))("prettier");
const ACCEPTED = new URL("api.md", import.meta.url);

const read = (path) =>
  JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));

const { exports } = read("../../pkg/package.json");
const declarations = [
  ...new Set(Object.values(exports).flatMap(({ types }) => types ?? [])),
];
const { entryPoints } = read("typedoc.json");
assert.deepEqual(
  entryPoints.map((path) => path.replace("../../pkg", ".")),
  declarations,
  "typedoc.json names every entry's declarations",
);
const entries = declarations.map((path) => /\.\/(.*)\.d\.ts$/.exec(path)[1]);
const report = await prettier.format(apiReport(entries), {
  parser: "markdown",
});
if (process.argv.includes("--accept")) writeFileSync(ACCEPTED, report);
assert.equal(
  report,
  readFileSync(ACCEPTED, "utf8"),
  "the public API changed: if it should, `make accept` writes it anew",
);
