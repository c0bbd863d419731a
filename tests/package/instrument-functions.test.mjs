// instrument(function) as Pages, Netlify, Deno and Bun call it, and a Hono app, in Node, where a test can act
// as the platform.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Hono } from "hono";
import { routePath } from "hono/route";
import { instrument, Laminar, observe } from "laminar-edge";
import { startSession } from "./support/session.mjs";
import { ask, PARENT, platform, traceparent } from "./support/platform.mjs";

describe("functions", { concurrency: false }, () => {
  test("a Pages function is recorded with its context", async (t) => {
    const { collector } = await startSession(t);
    const onRequest = instrument(async (context) => {
      assert.equal(context, given);
      await observe({ name: "step" }, async () => {});
      return new Response("from pages");
    });
    const given = platform({ request: ask(), env: {}, params: {} });
    const response = await onRequest(given);
    assert.equal(await response.text(), "from pages");
    assert.equal(given.waited.length, 1);
    await given.waited[0];
    const root = collector.span("GET");
    assert.equal(collector.span("step").parentSpanId, root.spanId);
    assert.equal(root.attributes["url.path"], "/ask");
    assert.equal(root.attributes["server.address"], "example.com");
  });

  test("a function without parameters gets the request under Deno, which counts parameters", async (t) => {
    const { collector } = await startSession(t);
    const handler = instrument(() => new Response("x"));
    const response = await (handler.length > 0 ? handler(ask()) : handler());
    await response.text();
    await Laminar.flush();
    assert.deepEqual(collector.names(), ["GET"]);
  });

  test("a second argument with waitUntil is asked to wait, as Netlify's and Next.js's", async (t) => {
    const { collector } = await startSession(t);
    const context = platform();
    const response = await instrument(() => new Response("x"))(ask(), context);
    assert.equal(context.waited.length, 1);
    await response.text();
    await context.waited[0];
    assert.deepEqual(collector.names(), ["GET"]);
  });

  test("an unread body is waited for, and can still be read", async (t) => {
    const { collector } = await startSession(t);
    const context = platform();
    const handler = instrument(() => {
      observe({ name: "step" }, () => {});
      return new Response("x");
    });
    const response = await handler(ask(), context);
    await context.waited[0];
    assert.deepEqual(collector.names(), ["GET", "step"]);
    const { attributes } = collector.span("GET");
    assert.equal(attributes["laminar.incomplete"], true);
    assert.equal(await response.text(), "x");
    assert.equal(context.waited.length, 1);
  });

  test("on a server without waitUntil spans wait for the next batch", async (t) => {
    const { delivered } = await startSession(t);
    const serve = instrument(function serve(request, info) {
      return Response.json([this === server, info.port]);
    });
    const server = { serve };
    const response = server.serve(ask(), { port: 1 });
    assert.ok(response instanceof Response, "it became asynchronous");
    assert.deepEqual(await response.json(), [true, 1]);
    const { spans } = await delivered();
    assert.equal(spans.length, 1);
  });

  test("a function keeps its name, length, kind and properties", () => {
    const original = Object.assign(async function answer(request, env) {}, {
      config: { path: "/*" },
    });
    const wrapped = instrument(original);
    assert.equal(wrapped.name, "answer");
    assert.equal(wrapped.length, 2);
    assert.equal(wrapped.config, original.config);
    assert.equal(
      Object.prototype.toString.call(wrapped),
      "[object AsyncFunction]",
    );
    assert.equal(instrument(wrapped), wrapped);
  });

  test("a call without a request is not recorded", async (t) => {
    const { delivered } = await startSession(t);
    assert.equal(instrument((a, b) => a + b)(1, 2), 3);
    assert.deepEqual((await delivered()).spans, []);
  });

  test("a value that is no handler comes back as it is", () => {
    for (const nothing of [undefined, null, 1, "text"])
      assert.equal(instrument(nothing), nothing);
  });

  test("a thenable is followed once it is awaited", async (t) => {
    const { delivered } = await startSession(t);
    let asked = 0;
    const lazy = {
      then(done) {
        asked++;
        done(new Response(null, { status: 204 }));
      },
    };
    const handler = instrument({ fetch: () => lazy });
    assert.equal(handler.fetch(ask()), lazy);
    assert.equal(asked, 0);
    assert.equal((await lazy).status, 204);
    const [span] = (await delivered()).spans;
    assert.equal(span.attributes["http.response.status_code"], 204n);
  });

  test("a response that cannot be copied is unchanged", async (t) => {
    const { delivered } = await startSession(t);
    const odd = new Response("x");
    Object.defineProperty(odd, "statusText", {
      get() {
        throw new Error("none of your business");
      },
    });
    const context = platform();
    assert.equal(instrument(() => odd)(ask(), context), odd);
    assert.equal(await odd.text(), "x");
    assert.equal(context.waited.length, 1);
    assert.equal((await delivered()).spans.length, 1);
  });

  test("an unknown method is not part of the name", async (t) => {
    const { delivered } = await startSession(t);
    const request = new Request("https://example.com/", { method: "BREW" });
    await instrument(() => new Response(null))(request);
    const [span] = (await delivered()).spans;
    assert.equal(span.name, "HTTP");
    assert.equal(span.attributes["http.request.method"], "_OTHER");
  });

  test("the option `name` names spans, and may throw", async (t) => {
    const { delivered } = await startSession(t);
    const name = (request, kind) => `${kind} ${new URL(request.url).pathname}`;
    await instrument(() => new Response(null), { name })(ask());
    await instrument(() => new Response(null), { name: "mine" })(ask());
    const thrower = () => {
      throw new Error("no name");
    };
    await instrument(() => new Response(null), { name: thrower })(ask());
    const names = (await delivered()).spans.map((span) => span.name);
    assert.deepEqual(names.sort(), ["GET", "fetch /ask", "mine"]);
  });

  test("initialize takes options, a function of env, or env's own strings", async (t) => {
    const { collector } = await startSession(t);
    // Otherwise the options that the program itself gave would stay.
    await Laminar.shutdown();
    const env = { KEY: "from env", LMNR_PROJECT_API_KEY: "by name" };
    const base = { baseUrl: collector.url };
    const cases = [
      [{ initialize: { ...base, projectApiKey: "given" } }, "given"],
      [
        { initialize: ({ KEY }) => ({ ...base, projectApiKey: KEY }) },
        "from env",
      ],
      [{}, "by name"],
    ];
    for (const [options, key] of cases) {
      const { fetch } = instrument({ fetch: () => new Response() }, options);
      const ctx = platform();
      await fetch(ask(), { ...env, LMNR_BASE_URL: collector.url }, ctx);
      await ctx.waited[0];
      assert.equal(collector.requests.at(-1).key, key);
    }
    // A binding of that name that is no string is no key.
    const { fetch } = instrument({ fetch: () => new Response() });
    const last = platform();
    await fetch(ask(), { LMNR_PROJECT_API_KEY: {} }, last);
    await fetch(ask(), { LMNR_PROJECT_API_KEY: "" }, last);
    await Promise.all(last.waited);
    assert.equal(Laminar.getProjectApiKey(), "by name");
  });
});

test("the program's own initialize stays in force", async (t) => {
  const mask = (key, value) => (key === "word" ? "hidden" : value);
  const { collector, delivered } = await startSession(t, { mask });
  const env = {
    LMNR_PROJECT_API_KEY: `key of ${t.name}`,
    LMNR_BASE_URL: collector.url,
  };
  const { fetch } = instrument({
    fetch() {
      Laminar.setSpanAttributes({ word: "said" });
      return new Response();
    },
  });
  fetch(ask(), env, platform());
  const [span] = (await delivered()).spans;
  assert.equal(span.attributes.word, "hidden");
});

describe("a Hono app", { concurrency: false }, () => {
  const make = () => {
    const app = new Hono();
    app.get("/users/:id", async (c) => {
      await observe({ name: "load" }, async () => {});
      return c.json({ id: c.req.param("id") });
    });
    app.get("/fails", () => {
      throw new Error("no");
    });
    return app;
  };

  test("fetch and request answer as before", async (t) => {
    const { collector, delivered } = await startSession(t);
    const app = make();
    const { fetch } = app;
    assert.equal(instrument(app), app);
    assert.notEqual(app.fetch, fetch);
    const ctx = platform({ passThroughOnException() {} });
    const answer = await app.fetch(ask({}, "/users/7"), {}, ctx);
    assert.deepEqual(await answer.json(), { id: "7" });
    assert.equal(ctx.waited.length, 1);
    await ctx.waited[0];
    const root = collector.span("GET /users/:id");
    const load = collector.span("load");
    assert.equal(load.parentSpanId, root.spanId);

    assert.deepEqual(await (await app.request("/users/8")).json(), { id: "8" });
    const lost = await app.request("/nowhere");
    assert.equal(lost.status, 404);
    await lost.text();
    const failed = await app.request("/fails");
    assert.equal(failed.status, 500);
    await failed.text();
    const { spans } = await delivered();
    const statuses = spans
      .filter(({ name }) => name.startsWith("GET"))
      .map(({ attributes }) => attributes["http.response.status_code"]);
    assert.deepEqual(statuses.sort(), [200n, 200n, 404n, 500n]);
  });

  test("a middleware of the app may rename the span", async (t) => {
    const { delivered } = await startSession(t);
    const app = new Hono();
    app.use(async (c, next) => {
      await next();
      const name = `route ${routePath(c, -1)}`;
      Laminar.getCurrentSpan()?.updateName(name);
    });
    app.get("/users/:id", (c) => c.text(c.req.param("id")));
    await (await instrument(app).request("/users/7")).text();
    const [span] = (await delivered()).spans;
    assert.equal(span.name, "route /users/:id");
  });

  test("an app below an instrumented handler adds a span and no trace", async (t) => {
    const { collector, delivered } = await startSession(t);
    const app = instrument(make(), { name: "app" });
    const { fetch } = instrument({ fetch: (...args) => app.fetch(...args) });
    const headers = { traceparent: traceparent("01"), tracestate: "lmnr=1" };
    await (await fetch(ask(headers, "/users/7"), {}, {})).text();
    await delivered();
    const [outer, inner] = [collector.span("GET"), collector.span("app")];
    assert.equal(inner.parentSpanId, outer.spanId);
    assert.equal(outer.parentSpanId, PARENT);
  });
});
