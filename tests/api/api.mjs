// Holds the package's declarations against api.md, or with --accept writes it.
// usage: node tests/api/api.mjs [--accept]

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { apiReport } from "./report.mjs";

const prettier = createRequire(new URL("../", import.meta.url))("prettier");
const ACCEPTED = new URL("api.md", import.meta.url);

const { exports } = JSON.parse(
  readFileSync(new URL("../../pkg/package.json", import.meta.url), "utf8"),
);
const entries = Object.values(exports).flatMap(({ types }) =>
  types ? [types.replace(/^\.\/|\.d\.ts$/g, "")] : [],
);
const report = await prettier.format(apiReport([...new Set(entries)]), {
  parser: "markdown",
});
if (process.argv.includes("--accept")) writeFileSync(ACCEPTED, report);
assert.equal(
  report,
  readFileSync(ACCEPTED, "utf8"),
  "the public API changed: if it should, `make accept` writes it anew",
);
