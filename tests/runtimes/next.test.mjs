// Next.js: a route and a middleware on the edge runtime, and a route on Node, built by either of its
// bundlers and served by `next start`.

import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { freshFolder, installPackage } from "./support/package.mjs";
import { runProgram, start } from "./support/program.mjs";
import { startSession } from "./support/session.mjs";
import { QUIET } from "./support/wrangler.mjs";

const folder = await freshFolder(["next"]);
const session = await startSession(folder);

const app = join(folder, "next");
const next = { cwd: app, env: { ...QUIET, NEXT_TELEMETRY_DISABLED: "1" } };
const NEXT = join(app, "node_modules/next/dist/bin/next");
// It takes its root for the folder that holds node_modules, and nothing above.
await cp(fileURLToPath(new URL("next", import.meta.url)), app, {
  recursive: true,
});
await cp(join(folder, "suite.js"), join(app, "suite.js"));
await installPackage(app);

const ROUTES = {
  "edge route": "/api/edge",
  middleware: "/through-middleware",
  "Node route": "/api/node",
};

test("built by Turbopack", (t) =>
  buildAndAsk(t, "--turbopack", ["edge route", "middleware", "Node route"]));

test("built by webpack", async (t) => {
  // Next.js 16.4.5 so built fails over any edge route, an empty one included.
  await rm(join(app, "app/api/edge"), { recursive: true });
  await buildAndAsk(t, "--webpack", ["middleware", "Node route"]);
});

async function buildAndAsk(t, bundler, routes) {
  await runProgram(t, process.execPath, [NEXT, "build", bundler], next);
  const serve = [NEXT, "start", "--port=0", "--hostname=127.0.0.1"];
  const server = start(t, process.execPath, serve, next);
  const url = await server.said(/Local:\s+(http:\S+)/);
  for (const route of routes)
    await t.test(route, async () => {
      const who = `${t.name}: ${route}`;
      const options = JSON.stringify(session.options);
      const query = new URLSearchParams({ who, options });
      await (await fetch(new URL(`${ROUTES[route]}?${query}`, url))).text();
      await session.expect(who, { storage: true });
    });
}
