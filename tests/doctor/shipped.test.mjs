// The command is in the package, and in no bundle of a program.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { entryFor } from "../../doctor/checks/entry.js";
import { installed, manifest } from "../shipped/files.mjs";
import { KEY } from "./support/project.mjs";

const { exports } = manifest();
const at = (path) => fileURLToPath(new URL(path, import.meta.url));

test("no export leads to the command, under any condition", async () => {
  const conditions = Object.keys(exports["."]).filter(
    (name) => !["types", "default"].includes(name),
  );
  const specifiers = Object.keys(exports)
    .filter((path) => !/\.(wasm|json)$/.test(path))
    .map((path) => `laminar-edge${path.slice(1)}`);
  assert.ok(specifiers.length > 5 && conditions.length > 5);
  for (const condition of conditions) {
    const { metafile } = await build({
      stdin: {
        contents: specifiers
          .map(
            (each) => `export * as ${each.replace(/\W/g, "_")} from "${each}";`,
          )
          .join("\n"),
        resolveDir: at("."),
      },
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      conditions: [condition],
      external: ["node:*", "cloudflare:*", "*.wasm", "*.wasm?module"],
      logLevel: "error",
    });
    const inputs = Object.keys(metafile.inputs);
    assert.ok(
      inputs.some((file) => file.includes("pkg/lib/")),
      condition,
    );
    assert.deepEqual(
      inputs.filter((file) => /pkg\/bin\/|doctor\/(?!shipped)/.test(file)),
      [],
      condition,
    );
  }
});

const LISTS = [
  ["workerd", "worker", "browser"],
  ["worker", "browser"],
  ["edge-light"],
  ["deno"],
  ["node"],
  [],
];
test("the doctor names the entry that esbuild takes", async () => {
  for (const conditions of LISTS) {
    const { metafile } = await build({
      stdin: {
        contents: 'export * from "laminar-edge";',
        resolveDir: at("."),
      },
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      platform: "neutral",
      conditions,
      external: ["node:*", "cloudflare:*", "*.wasm", "*.wasm?module"],
      logLevel: "error",
    });
    const [entry] = metafile.inputs["<stdin>"].imports;
    const named = entryFor(manifest(), [...conditions, "import"]);
    assert.ok(entry.path.endsWith(`pkg${named.slice(1)}`), `${conditions}`);
  }
});

test("the command contains the libraries that its licences name, and no others", async () => {
  const { metafile } = await build({
    entryPoints: [at("../../doctor/main.js")],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
  });
  const names = Object.keys(metafile.inputs)
    .map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1])
    .filter(Boolean);
  const { dependencies } = JSON.parse(
    readFileSync(at("../../doctor/package.json"), "utf8"),
  );
  assert.deepEqual(
    [...new Set(names)].sort(),
    Object.keys(dependencies).sort(),
  );
});

test("npx laminar-edge doctor runs from the packed package, installed or not", async (t) => {
  const folder = installed(t);
  const npx = (cwd, ...args) => {
    try {
      return {
        status: 0,
        stdout: execFileSync("npx", args, {
          cwd,
          encoding: "utf8",
          stdio: "pipe",
          env: { ...process.env, LMNR_PROJECT_API_KEY: KEY },
        }),
      };
    } catch ({ status, stdout, stderr }) {
      return { status, stdout, stderr };
    }
  };
  const doctor = ["laminar-edge", "doctor", "--offline", "--json"];
  const here = npx(folder, "--no-install", ...doctor);
  assert.equal(here.status, 0, JSON.stringify(here));
  const { findings } = JSON.parse(here.stdout);
  assert.match(findings[0].text, /in node_modules\/laminar-edge/);
  assert.equal(
    npx(folder, "--no-install", "laminar-edge", "doctor", "--jsn").status,
    2,
  );

  // In a project without the package, npx installs the command.
  const empty = mkdtempSync(join(tmpdir(), "laminar-doctor-"));
  t.after(() => rmSync(empty, { recursive: true, force: true }));
  writeFileSync(join(empty, "package.json"), "{}");
  const tarball = join(folder, `laminar-edge-${manifest().version}.tgz`);
  const brought = npx(
    empty,
    "--yes",
    "--offline",
    "--package",
    tarball,
    ...doctor,
  );
  assert.equal(brought.status, 1, JSON.stringify(brought));
  const [missing] = JSON.parse(brought.stdout).findings;
  assert.equal(missing.fix[0].run, "npm install laminar-edge");
});
