// Where spans are sent, in which requests, and the ledger after each step.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Laminar, observe } from "laminar-edge";
import { runScenario } from "./support/child.mjs";
import { deadUrl, gate, startCollector } from "./support/collector.mjs";
import { startSession } from "./support/session.mjs";

const record = (...names) => {
  for (const name of names) observe({ name }, () => 1);
};

describe("destinations", () => {
  test("the port and path of a base URL are used", async (t) => {
    const collector = await startCollector(t);
    t.after(() => Laminar.shutdown());
    const { port } = new URL(collector.url);
    const paths = {
      "": "/v1/traces",
      "/": "/v1/traces",
      "/base": "/base/v1/traces",
      "/base/": "/base/v1/traces",
      "/a/b//": "/a/b/v1/traces",
    };
    for (const [path, expected] of Object.entries(paths)) {
      const baseUrl = collector.url + path;
      Laminar.initialize({ projectApiKey: "key", baseUrl });
      assert.equal(
        Laminar.getHttpUrl(),
        collector.url + path.replace(/\/+$/, ""),
      );
      assert.equal(Laminar.getProjectApiKey(), "key");
      record("span");
      assert.equal((await Laminar.flush()).ok, true);
      assert.equal(collector.requests.at(-1).path, expected);
    }
    Laminar.initialize({
      projectApiKey: "key",
      baseUrl: "http://127.0.0.1",
      httpPort: Number(port),
    });
    assert.equal(Laminar.getHttpUrl(), collector.url);
    record("span");
    assert.equal((await Laminar.flush()).ok, true);
    Laminar.initialize({ projectApiKey: "key" });
    assert.equal(Laminar.getHttpUrl(), "https://api.lmnr.ai:443");
  });

  test("a new key is used for spans that start later, and a batch has one key", async (t) => {
    const { collector, change } = await startSession(t);
    const initialize = (projectApiKey) =>
      Laminar.initialize({ projectApiKey, baseUrl: collector.url });
    initialize("one");
    const open = Laminar.startSpan({ name: "open" });
    record("first");
    initialize("two");
    record("second");
    const child = Laminar.startSpan({ name: "child", parent: open });
    initialize("one");
    record("third");
    initialize("two");
    child.end();
    open.end();
    const report = await Laminar.flush();
    assert.equal(report.exported, 5);
    const byKey = {};
    for (const { key, spans } of collector.requests)
      (byKey[key] ??= []).push(...spans.map(({ name }) => name));
    assert.deepEqual(byKey.one.sort(), ["child", "first", "open", "third"]);
    assert.deepEqual(byKey.two, ["second"]);
    assert.deepEqual(change(), { recorded: 5, exported: 5 });
  });

  test("spans go to two base URLs at once", async (t) => {
    const [one, two] = [await startCollector(t), await startCollector(t)];
    t.after(() => Laminar.shutdown());
    for (const [name, { url }] of Object.entries({ one, two })) {
      Laminar.initialize({ projectApiKey: "key", baseUrl: url });
      record(name);
    }
    assert.equal((await Laminar.flush()).exported, 2);
    assert.deepEqual([one.names(), two.names()], [["one"], ["two"]]);
  });
});

describe("batches", () => {
  test("a request has at most maxExportBatchSize spans", async (t) => {
    const { collector, delivered, change } = await startSession(t, {
      maxExportBatchSize: 10,
    });
    const names = Array.from({ length: 35 }, (_, i) => `span ${i}`);
    record(...names);
    const { report } = await delivered();
    assert.equal(report.ok, true);
    // Full batches are exported without this flush, so they are not in its report.
    assert.deepEqual(change(), { recorded: 35, exported: 35 });
    assert.deepEqual(
      collector.requests.map(({ spans }) => spans.length).sort(),
      [10, 10, 10, 5],
    );
    assert.deepEqual(collector.names(), names.sort());
  });

  test("a request has at most maxExportBatchSizeBytes bytes", async (t) => {
    const limit = 20_000;
    const { collector, delivered, change } = await startSession(t, {
      maxExportBatchSizeBytes: limit,
    });
    for (let i = 0; i < 50; i++)
      observe({ name: `span ${i}` }, () => "x".repeat(100 * i));
    const { report } = await delivered();
    assert.equal(report.ok, true);
    assert.deepEqual(change(), { recorded: 50, exported: 50 });
    assert.ok(collector.requests.length > 5);
    for (const { bytes } of collector.requests)
      assert.ok(bytes.length <= limit, `${bytes.length}`);
  });

  test("beyond maxQueueSize the oldest spans are dropped and counted", async (t) => {
    const { collector, delivered, change } = await startSession(t, {
      maxQueueSize: 100,
      maxExportBatchSize: 10,
    });
    record(...Array.from({ length: 250 }, (_, i) => `${i}`));
    // The first full batch is in flight, so it cannot be evicted.
    const { evicted, buffered, inFlight, recorded } = change();
    assert.equal(recorded, 250);
    assert.equal(inFlight, 10);
    const kept = buffered + inFlight;
    assert.ok(kept <= 100 && kept > 80, `${kept}`);
    assert.equal(evicted, 250 - kept);
    await delivered();
    const numbers = collector.spans.map(({ name }) => Number(name));
    const range = (from, to) =>
      Array.from({ length: to - from }, (_, i) => from + i);
    assert.deepEqual(
      numbers.sort((a, b) => a - b),
      [...range(0, 10), ...range(10 + evicted, 250)],
    );
    assert.deepEqual(change(), { recorded, evicted, exported: kept });
  });

  test("beyond maxQueueBytes the oldest spans are dropped and counted", async (t) => {
    const { collector, delivered, change } = await startSession(t, {
      maxQueueBytes: 200_000,
    });
    for (let i = 0; i < 100; i++)
      observe({ name: `${i}` }, () => "x".repeat(10_000));
    const { evicted, buffered, inFlight = 0 } = change();
    const kept = buffered + inFlight;
    assert.ok(kept > 5 && kept <= 20, `${kept}`);
    assert.equal(evicted + kept, 100);
    await delivered();
    assert.equal(collector.spans.length, kept);
    assert.ok(collector.span("99"));
  });

  test("a span that no request can carry is dropped alone and counted", async (t) => {
    const warned = t.mock.method(console, "warn", () => {});
    const { collector, delivered, change } = await startSession(t);
    const large = "x".repeat(10 << 20);
    record("before");
    Laminar.startSpan({ name: `first \n\u202e${large}` }).end();
    Laminar.startSpan({ name: "large" }).setAttribute("a", large).end();
    Laminar.startSpan({ name: "large" })
      .setAttribute("a", large.slice(0, 3 << 20))
      .setAttribute("b", large.slice(0, 3 << 20))
      .end();
    Laminar.startSpan({ name: "large" }).addEvent("e", { a: large }).end();
    Laminar.startSpan({ name: "large" }).setAttribute("a", [large]).end();
    record("after");
    const { report } = await delivered();
    assert.equal(report.ok, false);
    assert.deepEqual(report.dropped, { span_too_large: 5 });
    // There is one warning, which names the first of them, shortened and without control characters.
    const said = warned.mock.calls.map(({ arguments: [text] }) => text);
    const [one, ...more] = said.filter((text) => /dropped/.test(text));
    assert.match(one, /the span "first \ufffd\ufffdx{1,64}" was dropped/);
    assert.deepEqual(more, []);
    // The next report counts only the spans since then.
    const { ok, dropped } = (await delivered()).report;
    assert.deepEqual({ ok, dropped }, { ok: true, dropped: {} });
    assert.deepEqual(collector.names(), ["after", "before"]);
    assert.deepEqual(change(), {
      recorded: 7,
      exported: 2,
      span_too_large: 5,
    });
  });

  test("input and output of ten megabytes are cut and not lost", async (t) => {
    t.mock.method(console, "warn", () => {});
    const { collector, delivered, change } = await startSession(t);
    const large = "日".repeat(10 << 20);
    Laminar.startSpan({ name: "large", input: large }).setOutput(large).end();
    const { report } = await delivered();
    assert.equal(report.exported, 1);
    const { attributes } = collector.span("large");
    for (const key of ["lmnr.span.input", "lmnr.span.output"]) {
      const text = attributes[key];
      assert.match(text, /^日+\.\.\.\[Laminar: truncated\]$/);
      assert.ok(text.length > 500_000, `${text.length}`);
    }
    assert.deepEqual(change(), { recorded: 1, exported: 1 });
  });
});

describe("the ledger", () => {
  for (const options of [
    { maxQueueBytes: 1 << 20 },
    { maxQueueBytes: 1 << 20, maxExportBatchSizeBytes: 8 << 20 },
    { maxExportBatchSizeBytes: 1 },
  ])
    test(`an output is cut to what the limits allow together: ${JSON.stringify(options)}`, async (t) => {
      t.mock.method(console, "warn");
      const { delivered, change } = await startSession(t, options);
      observe({ name: "large" }, () => "x".repeat(2 << 20));
      const { spans } = await delivered();
      assert.deepEqual(change(), { recorded: 1, exported: 1 });
      const output = spans[0].attributes["lmnr.span.output"];
      assert.ok(output.endsWith("...[Laminar: truncated]"));
      assert.ok(output.length > 500 && output.length < 1 << 20);
    });

  test("the ledger balances at every step", async (t) => {
    const { collector, change } = await startSession(t);
    record("a", "b");
    assert.deepEqual(change(), { recorded: 2, buffered: 2 });
    const held = gate();
    collector.behave({ gate: held.promise });
    const flush = Laminar.flush();
    await collector.until(() => collector.requests.length === 1);
    assert.deepEqual(change(), { recorded: 2, inFlight: 2 });
    record("c");
    assert.deepEqual(change(), { recorded: 3, buffered: 1, inFlight: 2 });
    held.open();
    const report = await flush;
    assert.equal(report.exported, 2, "what ends later is not in it");
    assert.equal(report.pending, 0);
    assert.deepEqual(change(), { recorded: 3, buffered: 1, exported: 2 });
    collector.behave({ status: 401 });
    await Laminar.flush();
    assert.deepEqual(change(), { recorded: 3, exported: 2, rejected: 1 });
    // A span that never ends is not recorded, but counted as open.
    Laminar.startSpan({ name: "open" });
    assert.deepEqual(change(), {
      recorded: 3,
      exported: 2,
      rejected: 1,
      open: 1,
    });
  });

  test("shutdown sends, counts what it cannot send, and allows a new start", async (t) => {
    const { collector, change } = await startSession(t);
    record("sent");
    const open = Laminar.startSpan({ name: "open" });
    const sent = await Laminar.shutdown();
    assert.equal(sent.exported, 1);
    assert.equal(sent.ok, true);
    assert.equal(Laminar.initialized(), false);
    assert.equal(Laminar.getHttpUrl(), undefined);
    assert.equal(Laminar.getProjectApiKey(), undefined);
    assert.equal(
      observe({ name: "unrecorded" }, () => 7),
      7,
    );
    assert.deepEqual(change(), { recorded: 1, exported: 1, open: 1 });
    open.end();

    const baseUrl = await deadUrl();
    Laminar.initialize({
      projectApiKey: "key",
      baseUrl,
      traceExportTimeoutMillis: 400,
    });
    record("lost", "lost too");
    const lost = await Laminar.shutdown();
    assert.equal(lost.ok, false);
    assert.equal(lost.pending, 0);
    assert.ok(lost.dropped.shutdown >= 2);
    const after = change();
    assert.equal(after.recorded, 4);
    assert.equal(after.shutdown, lost.dropped.shutdown);

    Laminar.initialize({ projectApiKey: "key", baseUrl: collector.url });
    record("again");
    assert.equal((await Laminar.flush()).exported, 1);
    assert.ok(collector.span("again"));
    assert.equal(change().recorded, 5);
    assert.equal((await Laminar.forceFlush()).attempts, 0);
  });

  test("a process ends after its flush", async (t) => {
    const collector = await startCollector(t);
    const options = { projectApiKey: "key", baseUrl: collector.url };
    const began = Date.now();
    const { result, said, uncaught } = await runScenario(
      "ordinary.mjs",
      "recordAndFlush",
      { options },
    );
    // The budget is ten seconds. A timer that was not cleared would keep the process alive for that long.
    assert.ok(Date.now() - began < 9_000);
    assert.equal(result.exported, 1);
    assert.deepEqual([said, uncaught], [[], []]);
  });
});
