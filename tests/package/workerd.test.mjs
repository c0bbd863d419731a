// The package in real workerd, with each part of Node's API that a Worker may have: which spans are sent, when,
// and their parents.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gate, startBarrier, startCollector } from "./support/collector.mjs";
import { assertBalanced } from "./support/ledger.mjs";
import { uuid } from "./support/outline.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

/** Asserts that `span` is below `ancestors`, outermost first, in every field that receivers read. */
function assertPath(span, ancestors) {
  const chain = [...ancestors, span];
  assert.equal(span.parentSpanId, ancestors.at(-1)?.spanId ?? "");
  assert.deepEqual(
    span.attributes["lmnr.span.path"],
    chain.map(({ name }) => name),
  );
  assert.deepEqual(
    span.attributes["lmnr.span.ids_path"],
    chain.map(({ spanId }) => uuid(spanId)),
  );
  for (const each of chain) assert.equal(each.traceId, span.traceId);
}

for (const [mode, { flags, storage }] of Object.entries(MODES)) {
  describe(`workerd with ${mode}`, { concurrency: 3 }, () => {
    const start = async (t) => {
      const collector = await startCollector(t);
      const worker = await startWorker(t, "app.js", { flags });
      const options = { projectApiKey: "key", baseUrl: collector.url };
      return { collector, worker, options };
    };

    test("the response does not wait for the flush, and all spans arrive", async (t) => {
      const { collector, worker, options } = await start(t);
      const held = gate();
      collector.behave({ gate: held.promise });
      const names = Array.from({ length: 20 }, (_, i) => `span ${i}`);
      // The collector does not answer before this line.
      assert.deepEqual(await worker.call("answer", { options, names }), {
        answer: 42,
      });
      assert.equal(collector.answered, 0);
      await collector.until(() => collector.requests.length === 1);
      held.open();
      await collector.until(() => collector.answered === 1);
      assert.deepEqual(collector.names(), names.sort());

      const [request] = collector.requests;
      assert.equal(request.path, "/v1/traces");
      assert.equal(request.key, "key");
      assert.equal(request.headers["content-type"], "application/x-protobuf");
      const { report } = await worker.call("flush");
      assert.equal(report.ok, true);
      const { stats, reports } = await worker.call("state");
      assert.equal(stats.exported, 20);
      assert.equal(reports[0].exported, 20);
      assert.equal(reports[0].attempts, 1);
      assert.equal(reports[0].bytes, request.bytes.length);
      assertBalanced(stats);
      assert.deepEqual(worker.output, []);
    });

    test("an explicit parent holds across awaits", async (t) => {
      const { collector, worker, options } = await start(t);
      const { root: context } = await worker.call("explicit", { options });
      await collector.until(() => collector.spans.length === 3);
      const [root, child, grandchild] = ["root", "child", "grandchild"].map(
        collector.span,
      );
      assert.equal(root.traceId, context.traceId);
      assert.equal(root.spanId, context.spanId);
      assertPath(root, []);
      assertPath(child, [root]);
      assertPath(grandchild, [root, child]);
    });

    test("synchronous calls nest", async (t) => {
      const { collector, worker, options } = await start(t);
      await worker.call("synchronous", { options });
      await collector.until(() => collector.spans.length === 4);
      const [root, child, inner, other] = [
        "root",
        "child",
        "inner",
        "other",
      ].map(collector.span);
      assertPath(child, [root]);
      assertPath(inner, [root, child]);
      assertPath(other, []);
      assert.notEqual(other.traceId, root.traceId);
    });

    test("after an await a span has the right parent or none", async (t) => {
      const { collector, worker, options } = await start(t);
      assert.equal((await worker.call("nested", { options })).result, 2);
      await collector.until(() => collector.spans.length === 4);
      const [root, before, after, inner] = [
        "root",
        "before",
        "after",
        "inner",
      ].map(collector.span);
      assertPath(root, []);
      assertPath(before, [root]);
      assertPath(after, storage ? [root] : []);
      assertPath(inner, storage ? [root, after] : []);
    });

    test("two concurrent requests mix neither parents nor spans nor keys", async (t) => {
      const { collector, worker } = await start(t);
      const barrier = await startBarrier(t, 2);
      const call = (who) =>
        worker.call("interleaved", {
          options: { projectApiKey: `key of ${who}`, baseUrl: collector.url },
          who,
          barrier,
        });
      await Promise.all([call("Ada"), call("Bob")]);
      // Without storage a child that names no parent is a root, but still of its own request.
      await collector.until(() => collector.spans.length === 8);
      for (const who of ["Ada", "Bob"]) {
        const [root, one, two, implicit] = [
          `root ${who}`,
          `one ${who}`,
          `two ${who}`,
          `implicit ${who}`,
        ].map(collector.span);
        assertPath(one, [root]);
        assertPath(two, [root]);
        assertPath(implicit, storage ? [root, two] : []);
        const own = collector.requests
          .filter(({ key }) => key === `key of ${who}`)
          .flatMap(({ spans }) => spans.map(({ name }) => name));
        for (const span of [root, one, two, implicit])
          assert.ok(own.includes(span.name), `${span.name} has its own key`);
      }
    });

    test("a flush without spans is harmless", async (t) => {
      const { collector, worker, options } = await start(t);
      const { report } = await worker.call("flush", { options });
      assert.deepEqual(report, {
        ok: true,
        exported: 0,
        rejected: 0,
        pending: 0,
        spilled: 0,
        handed: 0,
        open: 0,
        dropped: {},
        redacted: {},
        attempts: 0,
        bytes: 0,
      });
      assert.equal(collector.requests.length, 0);
    });

    test("initialize in every request causes no warning", async (t) => {
      const { collector, worker, options } = await start(t);
      for (let i = 0; i < 5; i++)
        await worker.call("answer", {
          options: { ...options, metadata: { region: "x" } },
          names: [`${i}`],
        });
      await collector.until(() => collector.spans.length === 5);
      assert.deepEqual((await worker.call("state")).said, []);
      assert.deepEqual(worker.output, []);
    });

    test("a missing key warns once, and the program runs unchanged", async (t) => {
      const { collector, worker } = await start(t);
      for (const projectApiKey of [undefined, "", "  ", null, 7]) {
        const answer = await worker.call("answer", {
          options: { projectApiKey, baseUrl: collector.url },
          names: ["lost"],
        });
        assert.deepEqual(answer, { answer: 42 });
      }
      const { said, initialized, stats } = await worker.call("state");
      assert.equal(said.length, 1);
      assert.match(said[0].join(" "), /warn .*project API key/);
      assert.equal(initialized, false);
      assert.equal(stats.recorded, 0);
      assert.equal(collector.requests.length, 0);
    });

    for (const scene of ["a clock", "no clock", "no entropy"]) {
      test(`spans of the global scope with ${scene} are sent later`, async (t) => {
        const collector = await startCollector(t);
        const worker = await startWorker(t, "global.js", {
          flags,
          bindings: { COLLECTOR: collector.url, SCENE: scene },
        });
        const { early, later, said } = await worker.call("");
        assert.deepEqual(early.thrown, []);
        assert.equal(early.stats.recorded, 2);
        assertBalanced(early.stats);
        // Nothing can be sent from the global scope, and the report says so.
        assert.equal(early.report.ok, false);
        assert.equal(early.report.pending, 2);
        assert.equal(later.report.ok, true);
        assert.equal(later.stats.exported, 4);
        assertBalanced(later.stats);
        assert.deepEqual(said, []);

        const [outer, inner, ended, late] = [
          "outer",
          "inner",
          "ended in a request",
          "late",
        ].map(collector.span);
        assertPath(inner, [outer]);
        assertPath(late, [ended]);
        const anHourAgo = BigInt(Date.now() - 3_600_000) * 1_000_000n;
        for (const span of collector.spans) {
          assert.ok(span.start > anHourAgo, `${span.name} at ${span.start}`);
          assert.ok(span.end >= span.start);
          for (const { time } of span.events) assert.ok(time > anHourAgo);
          for (const word of `${span.traceId}${span.spanId}`.match(/.{8}/g))
            assert.notEqual(word, "00000000");
        }
        assert.equal(new Set(collector.spans.map((s) => s.spanId)).size, 4);
      });
    }
  });
}
