// An instrumented Hono app: its routes name the spans, and the root shows the input and output.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Hono } from "hono";
import { LinearRouter } from "hono/router/linear-router";
import { instrument, Laminar } from "laminar-edge";
import { startCollector } from "../support/collector.mjs";
import { lines, outline } from "../support/outline.mjs";
import { startSession } from "../support/session.mjs";
import { MODES, startWorker } from "../support/workerd.mjs";
import app from "../workers/hono.js";

const NAMES = [
  ["GET", "/users/7?q=why", "GET /users/:id"],
  ["HEAD", "/users/7", "HEAD /users/:id"],
  ["GET", "/api/items/12", "GET /api/items/:item{[0-9]+}"],
  ["GET", "/api/items/none", "GET"],
  ["PUT", "/any/7", "PUT /any/:thing"],
  // Only middleware answers these.
  ["GET", "/nowhere", "GET"],
  ["POST", "/users/7", "POST"],
];

for (const mode of ["nodejs_compat", "no flag"])
  describe(`Hono in workerd with ${mode}`, () => {
    test("routes name the spans", async (t) => {
      const collector = await startCollector(t);
      const worker = await startWorker(t, "hono.js", {
        flags: MODES[mode].flags,
        bindings: {
          LMNR_PROJECT_API_KEY: "key",
          LMNR_BASE_URL: collector.url,
        },
      });
      for (const [method, path] of NAMES) {
        const response = await fetch(new URL(path, worker.url), { method });
        await response.text();
      }
      const roots = () =>
        collector.spans.filter(({ parentSpanId }) => parentSpanId === "");
      await collector.until(() => roots().length === NAMES.length);
      assert.deepEqual(
        roots()
          .map(({ name }) => name)
          .sort(),
        NAMES.map(([, , name]) => name).sort(),
      );
      const root = collector.span("GET /users/:id");
      assert.equal(root.attributes["http.route"], "/users/:id");
      assert.equal(root.attributes["lmnr.span.input"], '["why"]');
      assert.equal(root.attributes["lmnr.span.output"], '"you asked why"');
      assert.equal(
        outline(
          collector.spans.filter(({ traceId }) => traceId === root.traceId),
        ),
        lines(`
          GET /users/:id
            agent
        `),
      );
      assert.deepEqual(worker.output, []);
    });
  });

test("in Node, fetch and request of an app are recorded", async (t) => {
  const { delivered } = await startSession(t);
  for (const [method, path] of NAMES)
    await (await app.request(path, { method })).text();
  const roots = (await delivered()).spans.filter(
    ({ parentSpanId }) => parentSpanId === "",
  );
  assert.deepEqual(
    roots.map(({ name }) => name).sort(),
    NAMES.map(([, , name]) => name).sort(),
  );
});

test("another router, a base path and a name option work", async (t) => {
  const { delivered } = await startSession(t);
  const make = (options) => {
    const made = new Hono({ router: new LinearRouter(), ...options });
    made.get("/:tenant/x", (c) => c.text("x"));
    return made;
  };
  const getPath = (request) => `/t${new URL(request.url).pathname}`;
  await (await instrument(make()).request("/a/x")).text();
  await (await instrument(make({ getPath })).request("/x")).text();
  await (await instrument(make(), { name: "mine" }).request("/a/x")).text();
  const { spans } = await delivered();
  assert.deepEqual(spans.map(({ name }) => name).sort(), [
    "GET /:tenant/x",
    "GET /:tenant/x",
    "mine",
  ]);
});

test("late routes and objects that resemble Hono work as before", async (t) => {
  await startSession(t);
  const late = instrument(new Hono());
  late.get("/late", (c) => c.text("late"));
  assert.equal(await (await late.request("/late")).text(), "late");

  const throws = () => {
    throw new Error("not yours");
  };
  for (const odd of [
    { routes: [], router: { match: throws }, getPath: () => "/" },
    { routes: [], router: { match: () => 1 }, getPath: throws },
    { routes: [], router: { match: () => [[null]] }, getPath: () => "/" },
  ]) {
    const handler = instrument({ ...odd, fetch: () => new Response("odd") });
    const response = handler.fetch(new Request("https://example.com/"));
    assert.equal(await response.text(), "odd");
  }
  assert.equal((await Laminar.flush()).ok, true);
});
