// The package in the output of bundlers, run in a page and, by esbuild, in workerd.

import { join } from "node:path";
import { test } from "node:test";
import { createServer } from "vite";
import { addressOf, openPage } from "./support/browser.mjs";
import { BUNDLERS, targetOf } from "./support/bundlers.mjs";
import { freshFolder } from "./support/package.mjs";
import { startSession } from "./support/session.mjs";

const folder = await freshFolder(["browser"]);
const session = await startSession(folder);
const source = join(folder, "browser/bundled.js");

for (const [name, bundle] of Object.entries(BUNDLERS))
  test(`${name}, in a page`, async (t) => {
    await bundle(source, targetOf(folder, name));
    const script = `/dist-${name}/bundle.js`;
    const address = addressOf(session, t.name, script, "page", "module");
    await openPage(t, "Chromium", address);
    await session.expect(t.name, { storage: false });
  });

test("Vite's server while developing, in a page", async (t) => {
  const server = await createServer({
    root: folder,
    configFile: false,
    logLevel: "error",
    server: {
      host: "127.0.0.1",
      port: 0,
      proxy: { "/otlp": session.url, "/results": session.url },
    },
  });
  t.after(() => server.close());
  await server.listen();
  const url = `http://127.0.0.1:${server.httpServer.address().port}`;
  const browserOptions = {
    ...session.browserOptions,
    url,
    collectorUrl: `${url}/otlp`,
  };
  const script = "/browser/bundled.js";
  const address = addressOf({ url, browserOptions }, t.name, script, "page");
  await openPage(t, "Chromium", address);
  await session.expect(t.name, { storage: false });
});
