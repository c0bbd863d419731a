// Next.js: routes and a middleware on the edge runtime, and routes on Node, built by either of its bundlers and
// served by `next start`: the suite in each, and all with the configuration of instrumentation.js.

import assert from "node:assert/strict";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { startCollector } from "../package/support/collector.mjs";
import { freshFolder, installPackage } from "./support/package.mjs";
import { runProgram, start } from "./support/program.mjs";
import { startSession } from "./support/session.mjs";
import { QUIET } from "./support/wrangler.mjs";

const folder = await freshFolder(["next"]);
const session = await startSession(folder);

const app = join(folder, "next");
const next = { cwd: app, env: { ...QUIET, NEXT_TELEMETRY_DISABLED: "1" } };
const NEXT = join(app, "node_modules/next/dist/bin/next");
// The root is the folder with node_modules, and none above it.
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
const COPIES = {
  "edge route": "/copies/edge",
  middleware: "/copies/middleware",
  "Node route": "/copies/node",
};

test("built by Turbopack", (t) =>
  buildAndAsk(t, "--turbopack", ["edge route", "middleware", "Node route"]));

test("built by webpack", async (t) => {
  // Next.js 16.4.5 so built fails over any edge route, an empty one included.
  for (const routes of ["app/api/edge", "app/copies/edge"])
    await rm(join(app, routes), { recursive: true });
  await buildAndAsk(t, "--webpack", ["middleware", "Node route"]);
});

async function buildAndAsk(t, bundler, routes) {
  await runProgram(t, process.execPath, [NEXT, "build", bundler], next);
  const url = await serve(t);
  for (const route of routes)
    await t.test(route, async () => {
      const who = `${t.name}: ${route}`;
      const options = JSON.stringify(session.options);
      const query = new URLSearchParams({ who, options });
      await (await fetch(new URL(`${ROUTES[route]}?${query}`, url))).text();
      await session.expect(who, { storage: true });
    });
  await t.test("under what instrumentation.js says", (t) =>
    askCopies(t, routes),
  );
}

/** Returns the address of what was built, with `env` in its environment. */
function serve(t, env) {
  const args = [NEXT, "start", "--port=0", "--hostname=127.0.0.1"];
  const options = { ...next, env: { ...next.env, ...env } };
  const server = start(t, process.execPath, args, options);
  return server.said(/Local:\s+(http:\S+)/);
}

/** `instrumentation.js` has one copy of the package, the routes have others. */
async function askCopies(t, routes) {
  const collector = await startCollector(t);
  const url = await serve(t, {
    INSTRUMENTATION_KEY: "of instrumentation.js",
    // The options of a copy that initializes by itself.
    LMNR_PROJECT_API_KEY: "of the environment",
    LMNR_BASE_URL: collector.url,
  });
  const expected = [];
  for (const route of routes)
    for (const how of ["observe", "instrument"]) {
      const name = `${route}: ${how}`;
      expected.push(name);
      if (how === "instrument") expected.push(`GET of ${name}`);
      const query = new URLSearchParams({ name, question: "a secret" });
      const path = `${COPIES[route]}/${how}?${query}`;
      const response = await fetch(new URL(path, url));
      assert.deepEqual(await response.json(), { question: "a secret" });
      assert.match(response.headers.get("set-cookie"), /^seen=yes/);
    }
  await collector.until(() => collector.spans.length >= expected.length);

  const names = new Map(
    collector.spans.map((span) => [span.spanId, span.name]),
  );
  const arrived = collector.spans.map(({ name, spanId }) => {
    if (name !== "GET") return name;
    const child = collector.spans.find((span) => span.parentSpanId === spanId);
    return `GET of ${names.get(child?.spanId)}`;
  });
  assert.deepEqual(arrived.sort(), expected.sort());
  for (const { name, attributes } of collector.spans)
    assert.equal(attributes["lmnr.span.input"], '["a •"]', name);
  for (const { key, spans } of collector.requests) {
    assert.equal(key, "of instrumentation.js");
    assert.doesNotMatch(inspect(spans, { depth: null }), /secret/);
  }
}
