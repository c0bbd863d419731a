// Environments, bindings and contexts are recorded by their keys; requests and responses by method, URL and
// status.

import assert from "node:assert/strict";
import { test } from "node:test";
import { instrument, Laminar, observe } from "laminar-edge";
import { startSession } from "./support/session.mjs";
import { platform } from "./support/platform.mjs";

const inputOf = (collector, name) =>
  JSON.parse(collector.span(name).attributes["lmnr.span.input"]);

test("an environment, its copies and its parts are not recorded", async (t) => {
  const { collector, delivered } = await startSession(t);
  const env = {
    SECRET: "sk-secret",
    SETTINGS: { password: "pw-secret" },
    KV: { get() {}, token: "kv-secret" },
  };
  const ctx = platform({ props: { token: "props-secret" } });
  const see = (name, ...args) => observe({ name }, () => 1, ...args);
  const handler = instrument({
    async fetch(request, env, ctx) {
      see("arguments", "question", env, ctx);
      see("alone", env);
      see("copy", { ...env, more: 1 });
      see("nested", { args: [{ env, ctx }], question: "q" });
      see("parts", env.SETTINGS, env.KV);
      see("map", new Map([["env", env]]));
      Laminar.startSpan({ name: "output" }).setOutput({ env }).end();
      Laminar.startSpan({ name: "metadata", metadata: { env } }).end();
      return new Response(null);
    },
  });
  await handler.fetch(new Request("https://example.com/"), env, ctx);
  await delivered();
  const keys = ["SECRET", "SETTINGS", "KV"];
  const shown = { env: keys };
  const context = { ctx: ["props", "waited", "waitUntil"] };
  assert.deepEqual(inputOf(collector, "arguments"), [
    "question",
    shown,
    context,
  ]);
  assert.deepEqual(inputOf(collector, "alone"), shown);
  assert.deepEqual(inputOf(collector, "copy"), { env: [...keys, "more"] });
  assert.deepEqual(inputOf(collector, "nested"), {
    args: [{ env: shown, ctx: context }],
    question: "q",
  });
  assert.deepEqual(inputOf(collector, "parts"), [
    { Object: ["password"] },
    { Object: ["get", "token"] },
  ]);
  assert.deepEqual(inputOf(collector, "map"), [[["env", shown]]]);
  const sent = collector.requests.map(({ bytes }) => bytes.toString("latin1"));
  assert.doesNotMatch(sent.join(), /-secret/);
});

test("requests are recorded by method and URL, responses by status", async (t) => {
  const { collector, delivered } = await startSession(t);
  const headers = { authorization: "a-secret" };
  const url = "https://example.com/path?q=q-secret#f-secret";
  class OfFramework extends Request {
    cookies = "cookie-secret";
  }
  const see = (name, ...args) => observe({ name }, () => 1, ...args);
  see("request", new Request(url, { headers, method: "PUT" }));
  see("in an object", { raw: new Request(url) });
  see("a framework's", new OfFramework(url));
  see("several", new Response("body", { status: 201, headers }), "text");
  observe({ name: "result" }, () => new Response(null, { status: 404 }));
  await observe({ name: "later" }, async () => new Response(null));
  await delivered();
  const address = "https://example.com/path";
  assert.deepEqual(inputOf(collector, "request"), {
    method: "PUT",
    url: address,
  });
  const plain = { method: "GET", url: address };
  assert.deepEqual(inputOf(collector, "in an object"), { raw: plain });
  assert.deepEqual(inputOf(collector, "a framework's"), plain);
  assert.deepEqual(inputOf(collector, "several"), [{ status: 201 }, "text"]);
  const output = (name) => collector.span(name).attributes["lmnr.span.output"];
  assert.equal(output("result"), '{"status":404}');
  assert.equal(output("later"), '{"status":200}');
  const sent = collector.requests.map(({ bytes }) => bytes.toString("latin1"));
  assert.doesNotMatch(sent.join(), /-secret/);
});

test("an object that only resembles them is recorded as a value", async (t) => {
  const { collector, delivered } = await startSession(t);
  class Queue {
    items = [1];
  }
  class Ai {
    model = "m";
  }
  const given = {
    queue: new Queue(),
    ai: new Ai(),
    env: { name: "production" },
    ctx: { waitUntil: 1 },
    request: { method: "GET", url: "https://example.com/?q=kept" },
    empty: {},
  };
  observe({ name: "alike" }, () => 1, given);
  await delivered();
  assert.deepEqual(inputOf(collector, "alike"), {
    ...given,
    queue: { items: [1] },
    ai: { model: "m" },
  });
});

test("no method of a remote object is called", async (t) => {
  const { collector, delivered } = await startSession(t);
  const called = [];
  // Like the stubs of Cap'n Web and Comlink: any property is a method of the other side.
  const remote = (path) =>
    new Proxy(() => {}, {
      get: (_, key) =>
        typeof key === "symbol" || key === "then"
          ? undefined
          : remote(`${path}.${key}`),
      apply: () => (called.push(path), remote(`${path}()`)),
    });
  const stub = remote("stub");
  const answer = (...args) => args.at(-1);
  assert.equal(observe({ name: "alone" }, answer, stub), stub);
  observe({ name: "several" }, answer, "question", stub);
  assert.equal(await observe({ name: "later" }, async () => stub), stub);
  Laminar.startSpan({ name: "output", input: stub }).setOutput(stub).end();
  await delivered();
  assert.deepEqual(called, []);
  assert.deepEqual(inputOf(collector, "alone"), [null]);
  assert.deepEqual(inputOf(collector, "several"), ["question", null]);
});

test("hostile objects break nothing", async (t) => {
  const { collector, delivered } = await startSession(t);
  const thrower = new Proxy(
    {},
    {
      getPrototypeOf() {
        throw new Error("no");
      },
    },
  );
  const handler = instrument({
    async fetch(request, env) {
      observe({ name: "hostile" }, () => 1, env, "text");
      return new Response(null);
    },
  });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const env of [thrower, proxy, null, 7, Object.freeze({})])
    await handler.fetch(new Request("https://example.com/"), env, platform());
  const { spans } = await delivered();
  assert.equal(spans.filter(({ name }) => name === "hostile").length, 5);
});
