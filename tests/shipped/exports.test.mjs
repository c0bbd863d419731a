// Every subpath of the packed package, imported where this process can import it.

import test from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { installed, manifest } from "./files.mjs";

const { exports } = manifest();
// Node cannot import wasm; the runtimes that can have suites of their own.
const IMPORTS_WASM = ["./workerd", "./edge-light"];
const ASIDE = [
  "./laminar_edge_bg.wasm",
  "./laminar_edge_llm_bg.wasm",
  "./package.json",
];
// The exports that only some entries have.
const MORE = { "./slim": ["init"] };

test("the packed package", async (t) => {
  const folder = installed(t);
  await t.test("every subpath has its files and exports", () =>
    subpaths(folder),
  );
  await t.test("require gives what import gives", () => required(folder));
});

function subpaths(folder) {
  const names = (specifier, flags = []) =>
    JSON.parse(
      node(
        folder,
        [...flags, "--input-type=module"],
        `import * as all from ${JSON.stringify(specifier)};
         console.log(JSON.stringify(Object.keys(all).sort()));`,
      ),
    );
  const main = names("laminar-edge");
  assert.ok(main.includes("Laminar") && main.includes("observe"));

  for (const [path, target] of Object.entries(exports)) {
    for (const file of filesOf(target))
      assert.ok(
        existsSync(join(folder, "node_modules/laminar-edge", file)),
        `${path}: ${file} is in the tarball`,
      );
    if (path === "." || ASIDE.includes(path)) continue;
    const specifier = `laminar-edge${path.slice(1)}`;
    if (IMPORTS_WASM.includes(path)) {
      assert.match(refusal(folder, specifier), /\.wasm/, path);
      continue;
    }
    const found = names(specifier);
    if (isEntry(target))
      assert.deepEqual(found, [...main, ...(MORE[path] ?? [])].sort(), path);
    else assert.ok(found.length > 0, path);
  }
}

function required(folder) {
  const list = `console.log(JSON.stringify(Object.keys(all).sort()));`;
  const given = (type, program) =>
    JSON.parse(node(folder, [...REQUIRE_ESM, type], `${program} ${list}`));
  assert.deepEqual(
    given(
      "--input-type=commonjs",
      `const all = require("laminar-edge");`,
    ).filter((name) => name !== "__esModule"),
    given("--input-type=module", `import * as all from "laminar-edge";`),
  );
}

const REQUIRE_ESM = process.allowedNodeEnvironmentFlags.has(
  "--experimental-require-module",
)
  ? ["--experimental-require-module"]
  : [];

function node(cwd, flags, program) {
  return execFileSync(process.execPath, [...flags, "-e", program], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function refusal(folder, specifier) {
  try {
    node(
      folder,
      ["--input-type=module"],
      `import ${JSON.stringify(specifier)}`,
    );
    return "";
  } catch (error) {
    return error.stderr;
  }
}

/** Returns whether it is the whole package for a runtime, and not an addition to it. */
function isEntry({ types }) {
  return types === "./index.d.ts" || types === "./slim.d.ts";
}

function filesOf(target) {
  return typeof target === "string"
    ? [target]
    : Object.values(target).flatMap(filesOf);
}
