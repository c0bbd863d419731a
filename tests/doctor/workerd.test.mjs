// Compares what the doctor reports for dates and flags with what workerd does, and tests its check in the
// workerd of a project.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  contradictions,
  hasAsyncLocalStorage,
} from "../../doctor/compatibility.js";
import { copyAt } from "../../doctor/installed.js";
import { findMiniflare, recordInWorkerd } from "../../doctor/workerd.js";
import {
  examine,
  GOOD,
  KEY,
  link,
  makeProject,
  PACKAGE,
} from "./support/project.mjs";

const require = createRequire(import.meta.url);
const newest = require("workerd-newest");
const TESTS = fileURLToPath(new URL("..", import.meta.url));
const MINIFLARE = findMiniflare(TESTS);
// miniflare reads this when it is imported, which is below.
process.env.MINIFLARE_WORKERD_PATH = newest.default ?? newest;

const COMPATIBILITIES = [
  ["2021-11-02", []],
  ["2021-11-02", ["nodejs_als"]],
  ["2024-01-01", ["nodejs_compat"]],
  ["2024-01-01", ["nodejs_compat_v2"]],
  ["2024-01-01", ["nodejs_als", "no_nodejs_compat"]],
  ["2026-04-20", []],
  ["2026-04-20", ["no_nodejs_als"]],
];
const NEW_COMPATIBILITIES = [
  ["2026-08-03", []],
  ["2026-08-04", []],
  ["2026-11-01", ["no_nodejs_compat"]],
  ["2026-11-01", ["no_nodejs_compat_v2"]],
  ["2026-11-01", ["no_nodejs_compat", "no_nodejs_compat_v2"]],
  ["2026-11-01", ["no_nodejs_compat", "no_nodejs_compat_v2", "nodejs_als"]],
  ["2026-11-01", ["no_nodejs_als"]],
];

test("the doctor and workerd agree on AsyncLocalStorage", async () => {
  const copy = copyAt(PACKAGE);
  for (const [date, flags] of COMPATIBILITIES) {
    const seen = await recordInWorkerd(MINIFLARE, copy, { date, flags });
    assert.equal(seen.recorded, 1);
    assert.equal(seen.date, date);
    assert.equal(
      seen.hasStorage,
      hasAsyncLocalStorage(date, flags),
      `${date} ${flags}`,
    );
  }
});

test("the doctor knows the date from which Node's modules are on by default", async () => {
  const { Miniflare } = await import(MINIFLARE);
  for (const [compatibilityDate, compatibilityFlags] of NEW_COMPATIBILITIES) {
    const worker = new Miniflare({
      modules: [
        {
          type: "ESModule",
          path: "worker.mjs",
          contents: `
            const name = "node:async_hooks";
            const hooks = await import(name).catch(() => ({}));
            export default { fetch: () => new Response(typeof hooks.AsyncLocalStorage) };`,
        },
      ],
      compatibilityDate,
      compatibilityFlags,
    });
    try {
      const answer = await worker.dispatchFetch("http://worker/");
      assert.equal(
        (await answer.text()) === "function",
        hasAsyncLocalStorage(compatibilityDate, compatibilityFlags),
        `${compatibilityDate} ${compatibilityFlags}`,
      );
    } finally {
      await worker.dispose();
    }
  }
});

test("workerd does not start with flags that exclude each other", async () => {
  const flags = ["nodejs_als", "no_nodejs_als"];
  assert.deepEqual(contradictions(flags), ["nodejs_als"]);
  await assert.rejects(
    recordInWorkerd(MINIFLARE, copyAt(PACKAGE), { date: "2026-04-01", flags }),
    /contradictory/,
  );
});

/** A project with the workerd that wrangler would bring. */
function withWorkerd(t, config = GOOD, more = {}) {
  const folder = makeProject(t, {
    files: { "wrangler.jsonc": config },
    ...more,
  });
  const modules = dirname(require.resolve("miniflare/package.json"));
  link(modules, join(folder, "node_modules/miniflare"));
  return folder;
}

const look = (folder, ...args) =>
  examine(folder, ["--offline", ...args], { LMNR_PROJECT_API_KEY: KEY });

test("the project's workerd records a span", async (t) => {
  const folder = withWorkerd(t);
  const { status, one, stderr } = await look(folder);
  assert.equal(status, 0);
  assert.equal(stderr, "");
  assert.match(
    one("workerd").text,
    /a span is recorded, with 2026-04-01, nodejs_als/,
  );
  assert.equal(
    (await look(folder, "--no-workerd")).one("workerd").status,
    "skip",
  );
});

test("a date that workerd does not know yet is replaced by the newest that it knows", async (t) => {
  const folder = withWorkerd(t, GOOD.replace("2026-04-01", "2026-11-01"));
  const { one } = await look(folder);
  assert.equal(one("workerd").status, "ok");
  assert.match(one("workerd").text, /the newest date that it knows/);
});

test("a flag that does not exist is reported", async (t) => {
  const folder = withWorkerd(t, GOOD.replace("nodejs_als", "nodejs_alz"));
  const { status, one } = await look(folder);
  assert.equal(status, 1);
  assert.match(one("workerd").text, /No such compatibility flag: nodejs_alz/);
});

test("a package with a missing file or a broken module is reported", async (t) => {
  const copies = ["node_modules/laminar-edge"];
  const folder = withWorkerd(t, GOOD, { installed: false, copies });
  rmSync(join(folder, copies[0], "lib/index.js"));
  const lacking = await look(folder);
  assert.equal(lacking.status, 1);
  assert.match(lacking.one("workerd").text, /No such module.*index\.js/);
  writeFileSync(
    join(folder, copies[0], "wasm/laminar_edge_bg.wasm"),
    "no wasm",
  );
  assert.match((await look(folder)).one("workerd").text, /CompileError/);
});

test("the check is skipped in a project without wrangler", async (t) => {
  const folder = makeProject(t, { files: { "wrangler.jsonc": GOOD } });
  assert.equal((await look(folder)).one("workerd").status, "skip");
});
