// shutdown beside flushes, other shutdowns and initialize.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Laminar } from "laminar-edge";
import { gate } from "./support/collector.mjs";
import { answering, never, respond } from "./support/own-fetch.mjs";

/** Answers each request when `open` is called. */
function later(t) {
  const { promise, open } = gate();
  const session = answering(t, () => promise.then(() => respond(200)), {
    traceExportTimeoutMillis: 5_000,
  });
  return { ...session, open };
}

test("two shutdowns at once both succeed", async (t) => {
  const { record, open, requests, change } = later(t);
  record("a");
  const both = [Laminar.shutdown(), Laminar.shutdown()];
  open();
  const [first, second] = await Promise.all(both);
  assert.deepEqual([first.ok, first.exported], [true, 1]);
  assert.deepEqual([second.ok, second.error], [true, undefined]);
  assert.equal(requests.length, 1);
  assert.deepEqual(change(), { recorded: 1, exported: 1 });
});

test("a flush beside a shutdown that loses nothing succeeds", async (t) => {
  const { record, open, change } = later(t);
  record("a");
  const stopping = Laminar.shutdown();
  const flushing = Laminar.flush();
  open();
  assert.equal((await stopping).exported, 1);
  const { ok, error } = await flushing;
  assert.deepEqual([ok, error], [true, undefined]);
  assert.deepEqual(change(), { recorded: 1, exported: 1 });
});

test("a shutdown waits for what another flush is sending, and sends what ends meanwhile", async (t) => {
  const answers = [gate(), gate(), gate()];
  const session = answering(
    t,
    (n) => answers[n].promise.then(() => respond(200)),
    { traceExportTimeoutMillis: 5_000 },
  );
  session.record("before");
  const stopping = Laminar.shutdown();
  session.record("beside");
  const flushing = Laminar.flush();
  session.record("meanwhile");
  answers[0].open();
  answers[2].open();
  await new Promise((resolve) => setTimeout(resolve, 30));
  answers[1].open();
  const report = await stopping;
  assert.deepEqual([report.ok, report.exported, report.attempts], [true, 2, 2]);
  const beside = await flushing;
  assert.deepEqual([beside.ok, beside.exported], [true, 1]);
  assert.deepEqual(session.change(), { recorded: 3, exported: 3 });
});

test("initialize during a shutdown goes on, with its spans and its destination", async (t) => {
  const { record, open, initialize, requests, change } = later(t);
  record("before");
  const stopping = Laminar.shutdown();
  initialize({ projectApiKey: "another", fetch: never });
  record("after");
  open();
  await stopping;
  assert.equal(Laminar.initialized(), true);
  assert.equal(Laminar.getProjectApiKey(), "another");
  assert.equal(requests.length, 1);
  const { exported, dropped } = change();
  assert.deepEqual([exported, dropped], [1, undefined]);
  initialize({ projectApiKey: "another", fetch: () => respond(200) });
  await Laminar.flush();
  const { recorded, exported: sent, unconfirmed } = change();
  assert.deepEqual([recorded, sent, unconfirmed], [2, 2, undefined]);
});

test("what a shutdown loses has the same reasons in its report and in the ledger", async (t) => {
  const session = answering(t, never, { traceExportTimeoutMillis: 200 });
  const before = Laminar.stats().dropped;
  session.record("may have arrived");
  const report = await Laminar.shutdown();
  assert.deepEqual(report.dropped, { unconfirmed: 1 });
  const after = Laminar.stats().dropped;
  assert.equal(after.unconfirmed - (before.unconfirmed ?? 0), 1);
});
