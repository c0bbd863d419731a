// Each request has exactly one root span, however it ended: from its isolate or from the Tail Worker.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { describe, test } from "node:test";
import fc from "fast-check";
import { startCollector } from "../package/support/collector.mjs";
import { assertBalanced } from "../package/support/ledger.mjs";
import { KINDS, startPair } from "./support.mjs";

const ERROR = 2;
/** For each way in which an event ends: what makes its root span, and the outcome. */
const WAYS = {
  ok: { by: "isolate", outcomes: ["ok"] },
  throw: { by: "isolate", outcomes: ["exception"] },
  stack: { by: "isolate", outcomes: ["exception"] },
  hang: { by: "tail", outcomes: ["exception"] },
  abort: { by: "tail", outcomes: ["exception"] },
  exit: { by: "tail", outcomes: ["exception"] },
};

async function start(t, kind, options) {
  const collector = await startCollector(t);
  const env = { LMNR_PROJECT_API_KEY: "key", LMNR_BASE_URL: collector.url };
  const pair = await startPair(t, {
    kind,
    producer: env,
    tail: env,
    ...options,
  });
  const roots = (path) =>
    collector.spans.filter(
      ({ parentSpanId, attributes }) =>
        parentSpanId === "" && attributes["url.path"] === path,
    );
  const ways = { ...WAYS };
  if ((await pair.call("/can")).text !== "true") delete ways.abort;
  return { collector, roots, ways, ...pair };
}

/** Makes a request, and disconnects after the first bytes or after half a second. */
function leaveEarly(url, path) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.on("error", reject);
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
    const leave = () => {
      socket.destroy();
      resolve();
    };
    socket.once("data", leave);
    setTimeout(leave, 500);
  });
}

describe("black box", { concurrency: 2 }, () => {
  for (const kind of KINDS) {
    test(`${kind}: a request has one root span, however it ends`, async (t) => {
      const { collector, roots, ways, call, untilTail } = await start(t, kind);
      for (const way of Object.keys(ways))
        await call(`/${way}/1`).catch(() => {});
      await collector.until(() =>
        Object.keys(ways).every((way) => roots(`/${way}/1`).length > 0),
      );
      await untilTail(
        ({ seen }) => seen.outcomes.length > Object.keys(ways).length,
      );
      // A second root span would arrive in this time.
      await new Promise((done) => setTimeout(done, 1_000));
      for (const [way, { by, outcomes }] of Object.entries(ways)) {
        const [root, ...more] = roots(`/${way}/1`);
        assert.equal(more.length, 0, way);
        const outcome = root.attributes["cloudflare.outcome"];
        assert.equal(outcome === undefined ? "isolate" : "tail", by, way);
        if (by === "tail") {
          assert.ok(outcomes.includes(outcome), `${way}: ${outcome}`);
          assert.equal(typeof root.attributes.wall_time_ms, "bigint");
          assert.equal(root.attributes["laminar.incomplete"], true);
        }
        const failed = way !== "ok";
        assert.equal(root.status.code === ERROR, failed, way);
        const exceptions = root.events.filter(
          ({ name }) => name === "exception",
        );
        assert.equal(exceptions.length, failed ? 1 : 0, way);
        assert.ok(root.end >= root.start);
        assert.equal(root.kind, 2);
        assert.equal(root.attributes["http.request.method"], "GET");
      }
      assertBalanced((await untilTail(() => true)).stats);
    });

    test(`${kind}: delivered children are below the Tail Worker's root`, async (t) => {
      const { collector, roots, call } = await start(t, kind);
      for (const path of ["/hang/1", "/exit/1"])
        await call(path).catch(() => {});
      // The isolate goes on, and the next request sends the children.
      await call("/ok/2");
      await collector.until(
        () =>
          collector.spans.filter(({ name }) => name === "child").length >= 3,
      );
      await collector.until(() => roots("/exit/1").length > 0);
      const children = collector.spans.filter(({ name }) => name === "child");
      for (const path of ["/hang/1", "/exit/1", "/ok/2"]) {
        const [root] = roots(path);
        const under = children.filter(
          ({ parentSpanId, traceId }) =>
            parentSpanId === root.spanId && traceId === root.traceId,
        );
        assert.equal(under.length, 1, path);
        assert.deepEqual(under[0].attributes["lmnr.span.path"], [
          "GET",
          "child",
        ]);
        assert.deepEqual(root.attributes["lmnr.span.path"], ["GET"]);
      }
    });

    test(`${kind}: a request has one root span when its client leaves`, async (t) => {
      const { collector, roots, url, untilTail } = await start(t, kind);
      const paths = ["/client-gone/1", "/client-gone-before/1"];
      for (const path of paths) await leaveEarly(url, path);
      await collector.until(
        () => paths.every((path) => roots(path).length > 0),
        30_000,
      );
      await untilTail(({ seen }) => seen.outcomes.length > paths.length);
      await new Promise((done) => setTimeout(done, 500));
      for (const path of paths) assert.equal(roots(path).length, 1, path);
    });

    for (const seed of [1, 2])
      test(`${kind}: each of 100 concurrent requests has one root span, seed ${seed}`, async (t) => {
        const { collector, roots, ways, call, untilTail } = await start(
          t,
          kind,
        );
        const [drawn] = fc.sample(
          fc.array(fc.constantFrom(...Object.keys(ways)), {
            minLength: 100,
            maxLength: 100,
          }),
          { seed, numRuns: 1 },
        );
        const paths = drawn.map((way, i) => `/${way}/${i}`);
        await Promise.all(paths.map((path) => call(path).catch(() => {})));
        await collector.until(
          () => paths.every((path) => roots(path).length > 0),
          30_000,
        );
        await untilTail(({ seen }) => seen.outcomes.length >= 100);
        await new Promise((done) => setTimeout(done, 1_000));
        for (const path of paths) assert.equal(roots(path).length, 1, path);
        const ids = collector.spans.map(({ spanId }) => spanId);
        assert.equal(new Set(ids).size, ids.length);
      });
  }

  test("a truncated trace makes no second root", async (t) => {
    const { collector, roots, call, untilTail } = await start(t, "tails");
    await call("/loud/1");
    await collector.until(() => roots("/loud/1").length > 0);
    const { seen } = await untilTail(({ seen }) => seen.outcomes.length > 1);
    assert.equal(seen.truncated, 1);
    await new Promise((done) => setTimeout(done, 500));
    assert.equal(roots("/loud/1").length, 1);
  });

  test("without node:diagnostics_channel messages go by lines on the console", async (t) => {
    const flags = ["nodejs_als"];
    const { collector, roots, call } = await start(t, "tails", { flags });
    await call("/hang/1").catch(() => {});
    await call("/ok/2");
    await collector.until(
      () => roots("/hang/1").length + roots("/ok/2").length > 1,
    );
    await new Promise((done) => setTimeout(done, 500));
    assert.equal(roots("/hang/1").length, 1);
    assert.equal(roots("/ok/2").length, 1);
  });
});
