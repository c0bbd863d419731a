// A user's own sink in a program that does not import laminar-edge/spill at first, and then does.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Laminar, observe } from "laminar-edge";
import { startCollector } from "../package/support/collector.mjs";
import { assertBalanced } from "../package/support/ledger.mjs";
import { memorySink } from "./memory-sink.mjs";

test("spans are spilled only with the import of laminar-edge/spill", async (t) => {
  const said = [];
  t.mock.method(console, "warn", (text) => said.push(text));
  const collector = await startCollector(t);
  const sink = memorySink();
  const initialize = (more) =>
    Laminar.initialize({
      projectApiKey: "k",
      baseUrl: collector.url,
      traceExportTimeoutMillis: 600,
      spill: sink,
      ...more,
    });
  const record = (name) => observe({ name }, () => name);
  const stats = () => {
    assertBalanced(Laminar.stats());
    return Laminar.stats();
  };

  // The second call has a change, so its options are read again.
  for (const more of [{}, { maxQueueSize: 100 }]) initialize(more);
  assert.equal(said.length, 1);
  assert.match(said[0], /option spill needs import "laminar-edge\/spill"/);

  collector.behave({ status: 503 });
  record("a");
  const failed = await Laminar.flush();
  assert.deepEqual(
    [failed.ok, failed.spilled, failed.pending, failed.error.code],
    [false, 0, 1, "unavailable"],
  );
  assert.equal(sink.items.size, 0);
  assert.equal(stats().buffered, 1);

  const drains = [Laminar.drainSpill(), Laminar.drainSpill({ drain: 1 })];
  for (const { error, ...rest } of await Promise.all(drains)) {
    assert.deepEqual(rest, {
      ok: false,
      items: 0,
      delivered: 0,
      rejected: 0,
      dropped: {},
      kept: 0,
      unreadable: 0,
      unmatched: 0,
      attempts: 0,
      bytes: 0,
    });
    assert.equal(error.code, "spill");
    assert.match(error.message, /import "laminar-edge\/spill"/);
  }

  collector.behave({});
  const report = await Laminar.flush();
  assert.deepEqual([report.ok, report.exported], [true, 1]);
  assert.deepEqual(collector.names(), ["a"]);

  // initialize is not called again.
  await import("laminar-edge/spill");
  collector.requests.length = 0;
  collector.behave({ status: 503 });
  record("b");
  assert.equal((await Laminar.flush()).spilled, 1);
  assert.equal(stats().spilled, 1);
  collector.requests.length = 0;
  collector.behave({});
  const drained = await Laminar.drainSpill();
  assert.deepEqual([drained.ok, drained.delivered], [true, 1]);
  assert.deepEqual(collector.names(), ["b"]);
  assert.deepEqual([stats().exported, stats().spilled], [2, 0]);
  assert.equal(said.length, 1);
});
