// Several copies of the package in one program are one SDK: one configuration, one mask, one buffer.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import * as one from "laminar-edge";
import { startCollector } from "../support/collector.mjs";
import { copyPackage, importCopy } from "../support/copies.mjs";
import { assertBalanced } from "../support/ledger.mjs";
import { lines, outline } from "../support/outline.mjs";
import { ask, platform } from "../support/platform.mjs";
import { startSession } from "../support/session.mjs";
import { MODES, startWorker } from "../support/workerd.mjs";

const SHARED = Symbol.for("laminar-edge");
const INPUT = "lmnr.span.input";
const run = promisify(execFile);
const mask = (key, value) =>
  typeof value === "string" ? value.replaceAll("secret", "•") : value;

describe("two copies in one Node process", { concurrency: false }, () => {
  test("they share buffer, trace, request and mask", async (t) => {
    const { collector } = await startSession(t, { mask });
    const two = await importCopy(t);
    assert.notEqual(two.Laminar, one.Laminar);
    assert.equal(two.Laminar.initialized(), true);
    assert.equal(
      two.Laminar.getProjectApiKey(),
      one.Laminar.getProjectApiKey(),
    );
    await one.observe({ name: "outer", sessionId: "s" }, async () => {
      await two.observe({ name: "inner" }, async () => {}, "a secret");
      two.Laminar.setSpanTags(["tagged by the other"]);
      const parent = two.Laminar.startSpan({ name: "parent" });
      one.Laminar.startSpan({ name: "child", parent }).end();
      parent.end();
    });
    assert.deepEqual(two.Laminar.stats(), one.Laminar.stats());
    const report = await two.Laminar.flush();
    assert.deepEqual([report.ok, report.exported], [true, 4]);
    assertBalanced(one.Laminar.stats());
    assert.equal(collector.requests.length, 1);
    assert.equal(
      outline(collector.spans),
      lines(`
        outer
          inner
          parent
            child
      `),
    );
    assert.equal(collector.span("inner").attributes[INPUT], '["a •"]');
    assert.deepEqual(
      collector.span("outer").attributes["lmnr.association.properties.tags"],
      ["tagged by the other"],
    );
    for (const { attributes } of collector.spans)
      assert.equal(attributes["lmnr.association.properties.session_id"], "s");
  });

  test("both write into one memory, also after it grew", async (t) => {
    const { delivered } = await startSession(t);
    const two = await importCopy(t);
    const sizes = [10, 300, 20_000, 5, 400_000, 1_000, 50, 100_000];
    for (let round = 0; round < 4; round++)
      for (const [i, size] of sizes.entries()) {
        const { Laminar } = (i + round) % 2 ? one : two;
        const name = `${round} ${i}`;
        const input = `${name} ${"x".repeat(size)}`;
        Laminar.startSpan({ name, input }).end();
      }
    const { spans, report } = await delivered();
    assert.equal(report.ok, true);
    assert.equal(spans.length, 4 * sizes.length);
    for (const { name, attributes } of spans) {
      const [, i] = name.split(" ");
      assert.equal(
        attributes[INPUT],
        `${name} ${"x".repeat(sizes[i])}`,
        `the input of ${name}`,
      );
    }
  });

  test("a tracing level applies in both", async (t) => {
    const { delivered } = await startSession(t);
    const two = await importCopy(t);
    const { META_ONLY, OFF } = one.TracingLevel;
    await one.withTracingLevel(OFF, () =>
      two.observe({ name: "off" }, async () => {}, "secret"),
    );
    await two.withTracingLevel(META_ONLY, () =>
      one.observe({ name: "meta" }, async () => {}, "secret"),
    );
    const { spans } = await delivered();
    assert.deepEqual(
      spans.map(({ name, attributes }) => [name, attributes[INPUT]]),
      [["meta", undefined]],
    );
  });

  test("instrument of one keeps the configuration given to the other", async (t) => {
    const { collector, delivered } = await startSession(t, { mask });
    const two = await importCopy(t);
    const env = {
      LMNR_PROJECT_API_KEY: "another key",
      LMNR_BASE_URL: collector.url,
    };
    const { fetch } = two.instrument({
      async fetch() {
        await two.observe({ name: "answer" }, async () => {}, "my secret");
        return new Response(null, { status: 204 });
      },
    });
    await fetch(ask(), env, platform());
    const { spans } = await delivered();
    assert.deepEqual(
      [...new Set(collector.requests.map(({ key }) => key))],
      [`key of ${t.name}`],
    );
    assert.equal(spans.length, 2);
    for (const { attributes } of spans)
      assert.equal(attributes[INPUT], '["my •"]');
    // The other copy has already instrumented it.
    const handler = { fetch };
    assert.equal(one.instrument(two.instrument(handler)), handler);
  });

  test("shutdown of one shuts down both", async (t) => {
    await startSession(t);
    const two = await importCopy(t);
    await two.Laminar.shutdown();
    assert.equal(one.Laminar.initialized(), false);
  });

  test("a problem is warned of once", async (t) => {
    const { mock } = t.mock.method(console, "warn", () => {});
    const two = await importCopy(t);
    for (const { Laminar } of [one, two, one])
      Laminar.initialize({ projectApiKey: "k", baseURL: "a typo of both" });
    await one.Laminar.shutdown();
    assert.equal(mock.callCount(), 1);
  });

  test("an in-memory exporter gets the spans of all copies", async (t) => {
    const two = await importCopy(t);
    const { InMemorySpanExporter } = await import("laminar-edge/testing");
    const exporter = new InMemorySpanExporter().install();
    t.after(() => exporter.uninstall());
    two.observe({ name: "seen" }, () => {});
    assert.deepEqual(
      exporter.getFinishedSpans().map(({ name }) => name),
      ["seen"],
    );
  });
});

describe(
  "a copy of another version of the shared state",
  { concurrency: false },
  () => {
    test("warns once, and keeps its own state", async (t) => {
      const { mock } = t.mock.method(console, "warn", () => {});
      const { collector } = await startSession(t);
      const other = await importCopy(t, { form: 1001 });
      await importCopy(t, { form: 1001 });
      assert.equal(mock.callCount(), 1);
      assert.match(mock.calls[0].arguments[0], /copies of laminar-edge/);
      assert.equal(other.Laminar.initialized(), false);
      other.Laminar.initialize({
        projectApiKey: "own",
        baseUrl: collector.url,
      });
      one.observe({ name: "one's" }, () => {});
      other.observe({ name: "other's" }, () => {});
      await Promise.all([one.Laminar.flush(), other.Laminar.flush()]);
      await other.Laminar.shutdown();
      assert.deepEqual(
        collector.requests.map(({ key, spans }) => [key, spans[0].name]).sort(),
        [
          [`key of ${t.name}`, "one's"],
          ["own", "other's"],
        ],
      );
    });

    test("accepts a parent of the other, with level and user", async (t) => {
      t.mock.method(console, "warn", () => {});
      const { collector } = await startSession(t);
      const other = await importCopy(t, { form: 1002 });
      other.Laminar.initialize({
        projectApiKey: "own",
        baseUrl: collector.url,
      });
      const parent = one.Laminar.startSpan({ name: "parent", userId: "ada" });
      other.Laminar.startSpan({ name: "child", parent }).end();
      other.observe({ name: "observed", parent }, () => {});
      other.getTracer({ parent }).startSpan("traced").end();
      parent.end();
      one.withTracingLevel(one.TracingLevel.OFF, () => {
        const silent = one.Laminar.startSpan({ name: "silent" });
        other.Laminar.startSpan({ name: "below", parent: silent }).end();
      });
      await Promise.all([one.Laminar.flush(), other.Laminar.flush()]);
      await other.Laminar.shutdown();
      assert.equal(
        outline(collector.spans),
        lines(`
        parent
          child
          observed
          traced
      `),
      );
      const { attributes } = collector.span("child");
      assert.equal(attributes["lmnr.association.properties.user_id"], "ada");
    });

    test("instrument does not initialize where the program has initialized the other", async (t) => {
      t.mock.method(console, "warn", () => {});
      const { collector, delivered } = await startSession(t, { mask });
      const other = await importCopy(t, { form: 1003 });
      const env = { LMNR_PROJECT_API_KEY: "env", LMNR_BASE_URL: collector.url };
      const { fetch } = other.instrument({
        async fetch() {
          await other.observe({ name: "answer" }, async () => {}, "secret");
          return new Response(null, { status: 204 });
        },
      });
      const event = async () => {
        const context = platform();
        assert.equal((await fetch(ask(), env, context)).status, 204);
        await Promise.all(context.waited);
      };
      await event();
      assert.deepEqual((await delivered()).spans, []);
      // The program has taken the other copy's configuration back, so no mask is bypassed.
      await one.Laminar.shutdown();
      await event();
      await other.Laminar.shutdown();
      assert.equal(collector.spans.length, 2);
    });
  },
);

describe("the symbol of the shared state is already taken", () => {
  for (const value of [
    "null",
    "7",
    "'text'",
    "Object.freeze({})",
    "() => {}",
    "{ 1: null }",
    "{ 1: Object.freeze({}) }",
    "{ 1: { parts: 1 } }",
    "new Proxy({}, { get() { throw new Error('no'); } })",
    "new Proxy({}, { get: () => 1, set: () => true })",
    "new Proxy({}, { get: () => ({}), set: () => false })",
    "(() => { const p = Proxy.revocable({}, {}); p.revoke(); return p.proxy; })()",
    "a getter",
  ])
    test(value, async (t) => {
      const collector = await startCollector(t);
      const folders = [await copyPackage(t), await copyPackage(t)];
      const [first, second] = folders.map((folder) =>
        JSON.stringify(String(pathToFileURL(join(folder, "node.js")))),
      );
      const define =
        value === "a getter"
          ? "{ get() { throw new Error('no'); } }"
          : `{ value: ${value}, writable: true }`;
      const program = `
        Object.defineProperty(globalThis, Symbol.for("laminar-edge"), ${define});
        for (const copy of [await import(${first}), await import(${second})]) {
          copy.Laminar.initialize({ projectApiKey: "k", baseUrl: ${JSON.stringify(collector.url)} });
          copy.observe({ name: "works" }, () => {});
          const { ok } = await copy.Laminar.flush();
          console.log(ok);
        }`;
      const { stdout } = await run(process.execPath, [
        "--input-type=module",
        "--eval",
        program,
      ]);
      assert.equal(stdout, "true\ntrue\n");
      assert.deepEqual(collector.names(), ["works", "works"]);
    });
});

for (const mode of Object.keys(MODES))
  test(`two copies in one Worker with ${mode}`, async (t) => {
    const collector = await startCollector(t);
    const [first, second] = [await copyPackage(t), await copyPackage(t)];
    const worker = await startWorker(t, "copies.js", {
      flags: MODES[mode].flags,
      bindings: {
        LMNR_PROJECT_API_KEY: "of the environment",
        LMNR_BASE_URL: collector.url,
        COLLECTOR: collector.url,
      },
      alias: {
        "copy-one": join(first, "workerd.js"),
        "copy-two": join(second, "workerd.js"),
      },
    });
    const get = async (path) => (await fetch(new URL(path, worker.url))).json();
    assert.deepEqual(await get("ask"), { same: true });
    await collector.until(() => collector.spans.length === 3);
    assert.equal(collector.requests.length, 1);
    assert.equal(collector.requests[0].key, "of the environment");
    assert.equal(
      outline(collector.spans),
      lines(`
        GET
          outer
            inner
      `),
    );
    for (const name of ["GET", "outer", "inner"])
      assert.equal(collector.span(name).attributes[INPUT], '["a •"]', name);
    const { first: stats, second: others } = await get("stats");
    assertBalanced(stats);
    assert.deepEqual(others, stats);
    // Where the environment is not in process.env, the program began without a key.
    const said = worker.output.filter((text) => !/project API key/.test(text));
    assert.deepEqual(said, []);
  });

// An older copy can use the shared state only if it has the same shape. Once a version has been released,
// another shape needs another form number.
test("the shared state has this form", async () => {
  await import("laminar-edge/spill");
  await import("laminar-edge/llm");
  const { parts } = globalThis[SHARED][1];
  const shapes = Object.entries(parts).map(([name, part]) => {
    const keys = Array.isArray(part) ? [] : Object.keys(part);
    const of = part instanceof Float64Array ? ["numbers"] : keys;
    return `${name}: ${of.sort().join(" ")}`.trim();
  });
  const span = one.Laminar.startSpan({ name: "a span" });
  shapes.push(`a span: ${Object.keys(span).sort().join(" ")}`);
  assert.deepEqual(shapes.sort(), FORM_1);
});

const FORM_1 = [
  "a span: association destination droppedAttributes droppedEvents endTime ended events given holder index input kind level links mask maxPairs name others output pairs parentHigh parentLow path recording remoteParent request startTime statusCode statusMessage trace",
  "background: armed budgetMs delayMs everySpan everywhere exportBatches flushed recent turn",
  "black boxes:",
  "calls:",
  "channel: isText publish",
  "clock of a test: now",
  "clock: numbers",
  "configuration: anyInForce general given givenWithin inForce initializations noted several standIn",
  "context: outermost storage synchronous unsettled",
  "cpu limit: act",
  "debug: on",
  "destinations made: count",
  "destinations:",
  "drained: until",
  "instance: core dead live loading quiet replacements wired",
  "instrumented:",
  "keepalive: bytes requests",
  "leaving: watchers watching",
  "llm bindings:",
  "llm engine instance: core live loading replacements wired",
  "llm engine: engine",
  "llm environments:",
  "llm fetches:",
  "llm global fetches:",
  "llm options: storage synchronous",
  "llm spans:",
  "observe: unsettled",
  "open spans: most open shown",
  "page: page",
  "patterns:",
  "record: unanswered",
  "refused: lost reported",
  "replaced: all reported",
  "requests: apart everything known",
  "roots:",
  "runtime: name",
  "send later: waitUntil",
  "spill engine: engine",
  "spilled: counted isolate last",
  "staging: views",
  "streams:",
  "surroundings: environments given marks",
  "tail engine: engine",
  "tap: tap",
  "waiting: refused spans",
  "warnings:",
];
