// A Worker's environment and bindings hold secrets, so only their keys are recorded, wherever they occur.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { kCurrentWorker } from "miniflare";
import { startCollector } from "../support/collector.mjs";
import { startWorker } from "../support/workerd.mjs";

async function start(t, flags) {
  const collector = await startCollector(t);
  const worker = await startWorker(t, "bindings.js", {
    bindings: {
      SECRET: "sk-of-the-worker",
      // If no environment is known, a single variable cannot be recognized.
      ...(flags.length === 0 && { SETTINGS: { password: "pw-of-the-worker" } }),
      LMNR_PROJECT_API_KEY: "key-of-the-project",
      LMNR_BASE_URL: collector.url,
    },
    options: {
      kvNamespaces: ["KV"],
      r2Buckets: ["R2"],
      d1Databases: ["D1"],
      durableObjects: { KEEPER: { className: "Keeper", useSQLite: true } },
      queueProducers: { QUEUE: "jobs" },
      serviceBindings: { NAMED: { name: kCurrentWorker, entrypoint: "Named" } },
      ratelimits: { LIMIT: { simple: { limit: 1, period: 10 } } },
      analyticsEngineDatasets: { EVENTS: { dataset: "events" } },
      hyperdrives: { SQL: "postgres://user:pw-of-sql@localhost:5432/db" },
      compatibilityFlags: ["nodejs_compat", ...flags],
    },
  });
  const get = async (path) => {
    const response = await fetch(new URL(path, worker.url), {
      headers: { authorization: "bearer-of-the-user" },
    });
    return response.text();
  };
  const input = (name) =>
    JSON.parse(collector.span(name).attributes["lmnr.span.input"]);
  const output = (name) =>
    JSON.parse(collector.span(name).attributes["lmnr.span.output"]);
  /** Asserts that no secret was sent. */
  const assertKept = () => {
    const sent = collector.requests.map(({ bytes }) =>
      bytes.toString("latin1"),
    );
    assert.doesNotMatch(sent.join(), /-of-the-|pw-of|query-of/);
  };
  return { collector, worker, get, input, output, assertKept };
}

// Where the environment cannot be imported, it is recognized because a handler got it, or by its bindings.
for (const [how, path, flags] of [
  ["without instrument", "/?", []],
  ["with instrument", "/?instrument&", []],
  ["without an importable env", "/?", ["disallow_importable_env"]],
])
  describe(`surroundings in workerd ${how}`, { concurrency: 2 }, () => {
    test("environment, context and bindings are not recorded", async (t) => {
      const { collector, get, input, output, assertKept } = await start(
        t,
        flags,
      );
      await get(`${path}q=query-of-the-user`);
      await collector.until(() => collector.span("metadata"));
      assertKept();
      const [request, env, ctx] = input("arguments");
      assert.equal(request.method, "GET");
      assert.match(request.url, /^http:\/\/[^?]+\/$/);
      assert.ok(env.env.includes("SECRET") && env.env.includes("KV"));
      assert.deepEqual(Object.keys(env), ["env"]);
      assert.equal(Object.values(ctx).flat().includes("props"), true);
      for (const name of ["alone", "copied"])
        assert.deepEqual(input(name), env);
      if (flags.length === 0) assert.deepEqual(input("imported"), env);
      assert.deepEqual(input("deep").a[0].b, { env, ctx });
      assert.deepEqual(output("given back"), env);
      assert.deepEqual(output("given back later"), { env, ctx });
      for (const [name, word] of Object.entries({
        KV: "KvNamespace",
        R2: "R2Bucket",
        D1: "D1Database",
        KEEPER: "DurableObjectNamespace",
        QUEUE: "WorkerQueue",
        NAMED: "Fetcher",
        SQL: "Hyperdrive",
      })) {
        const [itself] = input(name);
        assert.deepEqual(Object.keys(itself), [word], name);
        assert.ok(itself[word].every((key) => typeof key === "string"));
      }
      const words = input("id and stub").flatMap((each) => Object.keys(each));
      assert.deepEqual(words, ["DurableObjectId", "DurableObject"]);
      assert.deepEqual(output("response"), { status: 404 });
      assert.deepEqual(input("responses"), [{ status: 201 }]);
    });

    test("Hono's context and a Durable Object are not recorded", async (t) => {
      const { collector, get, input, assertKept } = await start(t, flags);
      await get(`/hono${path.slice(1)}q=query-of-the-user`);
      await get(`/keeper${path.slice(1)}q=query-of-the-user`);
      await collector.until(() => collector.span("context"));
      await collector.until(() => collector.span("keeper"));
      assertKept();
      assert.ok(input("context").env.env.includes("SECRET"));
      assert.ok(input("keeper").env.env.includes("SECRET"));
      assert.equal(input("keeper").own, "no binding's");
    });
  });
