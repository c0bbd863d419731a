// Jest, as docs/jest.md says: its configuration, its test and the errors it quotes are taken from the page.

import assert from "node:assert/strict";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { startCollector } from "../package/support/collector.mjs";
import { codeBlocks, readDocument } from "../package/support/documents.mjs";
import { freshFolder, installPackage } from "./support/package.mjs";
import { start } from "./support/program.mjs";
import { NODE_24 } from "./support/tools.mjs";

const blocks = codeBlocks(readDocument("docs/jest.md"));
const block = (heading, language) =>
  blocks.find((it) => it.heading === heading && it.language === language).code;
const CONFIGURATION = block("commonjs", "json");
const ERROR = block("what-goes-wrong", "text").trim();
const UNTRANSFORMED = '{ "transform": {} }';
const VM_MODULES = ["--experimental-vm-modules"];

const app = join(await freshFolder(["jest"]), "jest");
await cp(fileURLToPath(new URL("jest", import.meta.url)), app, {
  recursive: true,
});
await installPackage(app);
await writeFile(join(app, "page.test.js"), block("a-test", "js"));

test("require, with the configuration of the page", (t) =>
  passes(t, {
    configuration: CONFIGURATION,
    files: ["require.test.js", "page.test.js"],
    keys: ["key of require"],
  }));

test("import, with vm modules", (t) =>
  passes(t, { flags: VM_MODULES, files: ["import.test.mjs"] }));

test("require, with vm modules, in Node 24", (t) =>
  passes(t, {
    node: NODE_24,
    flags: VM_MODULES,
    files: ["require.test.js", "import.test.mjs", "page.test.js"],
    keys: ["key of import", "key of require"],
  }));

test("require, without either, fails as docs/node.md says", async (t) => {
  const { code, written } = await runJest(t, { files: ["require.test.js"] });
  assert.equal(code, 1);
  const [first, ...others] = ERROR.split("\n");
  // The path of a program is the reader's own.
  const [beforePath, afterPath] = first.split("/…");
  for (const said of [beforePath, afterPath, ...others])
    assert.ok(written.includes(said), `${said}\n\nwas not said in\n${written}`);
});

async function passes(t, { keys = ["key of import"], ...options }) {
  const collector = await startCollector(t);
  const { code, written } = await runJest(t, { collector, ...options });
  assert.equal(code, 0, written);
  for (const file of options.files) assert.match(written, passed(file));
  assert.deepEqual(collector.requests.map(({ key }) => key).sort(), keys);
  for (const { spans } of collector.requests) {
    const [inner, outer] = spans;
    assert.deepEqual([inner.name, outer.name], ["inner", "outer"]);
    assert.equal(inner.parentSpanId, outer.spanId);
  }
}

const passed = (file) => new RegExp(`^PASS \\S*${file}`, "m");

async function runJest(t, { configuration, files, ...options }) {
  const { node = process.execPath, flags = [], collector } = options;
  await writeFile(
    join(app, "jest.config.json"),
    configuration ?? UNTRANSFORMED,
  );
  const jest = ["node_modules/jest/bin/jest.js", "--ci", "--runInBand"];
  const child = start(
    t,
    node,
    [...flags, ...jest, "--no-cache", "--runTestsByPath", ...files],
    { cwd: app, env: { ...process.env, COLLECTOR: collector?.url } },
  );
  const code = await child.over;
  return { code, written: child.written };
}
