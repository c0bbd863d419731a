// Browsers: as native modules without any build, and as one classic script for each kind of worker.

import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { addressOf, BROWSERS, openPage } from "./support/browser.mjs";
import { freshFolder } from "./support/package.mjs";
import { startSession } from "./support/session.mjs";

const folder = await freshFolder(["browser"]);
const session = await startSession(folder);
await build({
  entryPoints: [join(folder, "browser/bundled.js")],
  outfile: join(folder, "browser/classic.js"),
  bundle: true,
  logLevel: "error",
});

for (const browser of Object.keys(BROWSERS))
  for (const [kind, script, type] of [
    ["page", "./bundled.js", "module"],
    ["dedicated", "./worker.js", "module"],
    ["shared", "./worker.js", "module"],
    ["service", "./worker.js", "module"],
    ["page", "./classic.js", "classic"],
    ["dedicated", "./classic.js", "classic"],
    ["shared", "./classic.js", "classic"],
    ["service", "./classic.js", "classic"],
  ])
    test(`${browser}: ${kind}, ${type}`, async (t) => {
      const address = addressOf(session, t.name, script, kind, type);
      await openPage(t, browser, address);
      await session.expect(t.name, { storage: false });
    });
