// Spans that have begun and not ended are counted, and a warning says where nothing can be sent.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Laminar, observe } from "laminar-edge";
import { runScenario } from "./support/child.mjs";
import { startCollector } from "./support/collector.mjs";
import { assertBalanced } from "./support/ledger.mjs";
import { startSession } from "./support/session.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

test("in a process `open` counts all open spans", async (t) => {
  const log = t.mock.method(console, "log", () => {});
  const { delivered } = await startSession(t, { debug: true });
  const before = Laminar.stats().open;
  const span = Laminar.startSpan({ name: "never ended" });
  let resolve;
  const pending = observe({ name: "still running" }, () => {
    return new Promise((done) => (resolve = done));
  });
  assert.equal(Laminar.stats().open, before + 2);
  const { report } = await delivered();
  assert.equal(report.open, before + 2);
  assert.equal(report.exported, 0);
  const lines = log.mock.calls.map(({ arguments: said }) => said.join(" "));
  const flush = lines.find((line) => line.includes(" flush "));
  assert.match(flush, /"openSpans":\[.*"never ended","still running"\]/);
  resolve();
  await pending;
  span.end();
  span.end();
  assert.equal((await delivered()).report.open, before);
  assert.equal(Laminar.stats().open, before);
  // A span that is not recorded does not count as open.
  await Laminar.shutdown();
  Laminar.startSpan({ name: "unrecorded" });
  assert.equal(Laminar.stats().open, before);
});

for (const [mode, { flags, storage }] of Object.entries(MODES))
  test(`in workerd with ${mode} open spans are counted for each request`, async (t) => {
    const collector = await startCollector(t);
    const worker = await startWorker(t, "open.js", { flags });
    const options = { projectApiKey: "key", baseUrl: collector.url };
    const call = (route, more) =>
      worker.call("open", { route, options, ...more });
    const one = await call("begin", { name: "one" });
    assert.deepEqual([one.report.open, one.stats.open], [1, 1]);
    const other = await call("nothing");
    assert.deepEqual([other.report.open, other.stats.open], [0, 1]);
    const ended = await call("end", { name: "one" });
    assert.deepEqual([ended.report.open, ended.stats.open], [0, 0]);
    // Both requests run at once, with a second initialize inside of a span.
    const all = await Promise.all(
      ["a", "b", "c"].map((name) => call("beginLate", { name, ms: 30 })),
    );
    if (storage)
      assert.deepEqual(
        all.map(({ report }) => report.open),
        [1, 1, 1],
      );
    const { stats } = await call("nothing");
    assert.equal(stats.open, 3);
    assertBalanced(stats);
  });

describe("a module that cannot be compiled", () => {
  const assertSaid = ({ report, stats }, said, remedy) => {
    assert.equal(report.ok, false);
    assert.equal(report.error.code, "unavailable");
    assert.equal(report.pending, stats.buffered + stats.inFlight);
    assert.ok(report.pending > 0);
    assertBalanced(stats);
    const [warning, ...more] = said
      .map((words) => words.join(" "))
      .filter((text) => /compile/.test(text));
    assert.match(warning, /no span will leave/);
    assert.match(warning, remedy);
    assert.deepEqual(more, []);
  };

  test("as under a Content-Security-Policy without wasm-unsafe-eval", async () => {
    const { result, said } = await runScenario(
      "uncompiled.mjs",
      "withoutUnsafeEval",
      {},
    );
    assertSaid(
      result,
      said,
      /violates the policy.*wasm-unsafe-eval.*laminar-edge\/js/,
    );
    assert.equal(result.after.pending, 0);
    assert.deepEqual(result.after.dropped, { shutdown: 2 });
    assert.equal(result.end.buffered, 0);
    assertBalanced(result.end);
  });

  test("as with the entry for Node in workerd", async (t) => {
    const collector = await startCollector(t);
    const worker = await startWorker(t, "open.js", {
      flags: ["nodejs_compat"],
      alias: {
        "laminar-edge": fileURLToPath(
          new URL("../../pkg/node.js", import.meta.url),
        ),
      },
    });
    const options = { projectApiKey: "key", baseUrl: collector.url };
    await worker.call("open", { route: "begin", options, name: "span" });
    const answer = await worker.call("open", {
      route: "end",
      options,
      name: "span",
    });
    assertSaid(answer, answer.said, /[Dd]isallowed.*laminar-edge\/workerd/);
  });
});
