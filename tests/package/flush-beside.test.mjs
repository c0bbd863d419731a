// Which spans a flush covers, and what happens meanwhile.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Laminar } from "laminar-edge";
import { answering, never, respond } from "./support/own-fetch.mjs";

test("a flush with nothing to send succeeds without a request", async (t) => {
  const { requests, change } = answering(t, () => respond(200));
  const { ok, exported, attempts, bytes } = await Laminar.flush();
  assert.deepEqual([ok, exported, attempts, bytes], [true, 0, 0, 0]);
  assert.equal(requests.length, 0);
  assert.deepEqual(change(), {});
});

test("a span that ends after the call is not covered", async (t) => {
  const { record, names, change } = answering(t, () => respond(200));
  record("covered");
  const flushing = Laminar.flush();
  assert.deepEqual(change(), { recorded: 1, inFlight: 1 });
  record("later");
  const report = await flushing;
  assert.deepEqual([report.ok, report.exported, report.pending], [true, 1, 0]);
  assert.deepEqual(await names(0), ["covered"]);
  assert.deepEqual(change(), { recorded: 2, exported: 1, buffered: 1 });
});

test("two flushes at once send everything once", async (t) => {
  const { record, names, change } = answering(t, () => respond(200));
  record("a");
  const first = Laminar.flush();
  record("b");
  const reports = await Promise.all([first, Laminar.flush()]);
  assert.deepEqual(
    reports.map(({ ok, exported, pending }) => [ok, exported, pending]),
    [
      [true, 1, 0],
      [true, 1, 0],
    ],
  );
  assert.deepEqual([await names(0), await names(1)], [["a"], ["b"]]);
  assert.deepEqual(change(), { recorded: 2, exported: 2 });
});

test("a flush with nothing of its own waits for the others", async (t) => {
  const { record, requests, change } = answering(t, () => respond(200));
  record("a");
  const first = Laminar.flush();
  const second = await Laminar.flush();
  assert.deepEqual([second.ok, second.exported, second.attempts], [true, 0, 0]);
  assert.deepEqual(change(), { recorded: 1, exported: 1 });
  assert.equal((await first).exported, 1);
  assert.equal(requests.length, 1);
});

test("a fetch may call the SDK", async (t) => {
  let inner;
  const { record, names, change } = answering(t, (n) => {
    if (n === 0) {
      inner = Laminar.flush();
      assert.equal(Laminar.stats().inFlight, 1);
    }
    return respond(200);
  });
  record("a");
  const outer = await Laminar.flush();
  assert.deepEqual([outer.ok, outer.exported], [true, 1]);
  assert.equal((await inner).ok, true);
  assert.deepEqual(await names(0), ["a"]);
  assert.deepEqual(change(), { recorded: 1, exported: 1 });
});

test("a flush that hangs does not delay others", async (t) => {
  const session = answering(t, (n) => (n === 0 ? never() : respond(200)), {
    traceExportTimeoutMillis: 600,
  });
  session.record("hangs");
  const hanging = Laminar.flush();
  session.initialize({ traceExportTimeoutMillis: 80 });
  session.record("passes");
  const passing = await Laminar.flush();
  // It has sent its own span. The other flush's span, which it covers too, it reports as pending.
  assert.deepEqual(
    [passing.ok, passing.exported, passing.pending],
    [false, 1, 1],
  );
  assert.deepEqual(session.change(), { recorded: 2, exported: 1, inFlight: 1 });
  assert.equal((await hanging).error.code, "timeout");
  assert.deepEqual(session.change(), { recorded: 2, exported: 1, buffered: 1 });
});

test("a dead destination does not delay others", async (t) => {
  const session = answering(
    t,
    (n) => (n === 1 ? respond(200) : Promise.reject(new TypeError("refused"))),
    { traceExportTimeoutMillis: 600 },
  );
  session.record("a");
  session.initialize({ projectApiKey: "another" });
  session.record("b");
  const report = await Laminar.flush();
  assert.deepEqual(
    [report.ok, report.exported, report.pending, report.error.code],
    [false, 1, 1, "network"],
  );
  assert.ok(report.attempts > 2, JSON.stringify(report));
  // The request is sent between the two attempts at the dead destination.
  assert.deepEqual(await session.names(1), ["b"]);
});

test("a body does not change when its memory is reused", async (t) => {
  const { record, names } = answering(t, () => respond(200));
  record(...Array.from({ length: 200 }, (_, n) => `kept ${n}`));
  assert.equal((await Laminar.flush()).exported, 200);
  // The batch is settled, so its memory is free, and these spans reuse it.
  record(...Array.from({ length: 400 }, () => "overwritten"));
  const found = await names(0);
  assert.equal(found.length, 200);
  assert.ok(found.every((name) => name.startsWith("kept ")));
});

test("a shutdown ends the flushes beside it", async (t) => {
  const { record } = answering(t, never, { traceExportTimeoutMillis: 400 });
  record("a");
  Laminar.initialize({
    projectApiKey: "key",
    baseUrl: "http://beside.example",
    traceExportTimeoutMillis: 10_000,
    fetch: never,
  });
  record("b");
  const began = performance.now();
  const beside = Laminar.flush();
  Laminar.initialize({
    projectApiKey: "key",
    baseUrl: "http://third.example",
    traceExportTimeoutMillis: 100,
    fetch: never,
  });
  await Laminar.shutdown();
  assert.equal((await beside).error.code, "shutdown");
  assert.ok(performance.now() - began < 5_000);
});

test("without timers a flush waits only for its own requests", async (t) => {
  // An immediate answer would be settled before the second flush begins.
  const later = () =>
    new Promise((resolve) => setImmediate(() => resolve(respond(200))));
  const { record, requests, change } = answering(t, later);
  record("a");
  const { setTimeout } = globalThis;
  const none = () => {
    throw new Error("no timers here");
  };
  globalThis.setTimeout = none;
  const first = Laminar.flush();
  const second = Laminar.flush();
  globalThis.setTimeout = setTimeout;
  const { ok, pending } = await second;
  assert.deepEqual([ok, pending], [false, 1]);
  assert.equal((await first).exported, 1);
  assert.equal(requests.length, 1);
  assert.deepEqual(change(), { recorded: 1, exported: 1 });
});

test("a retry is not delayed by a destination that hangs", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(Math, "random", () => 1);
  const session = answering(t, (n) =>
    n === 0 ? never() : respond(n === 1 ? 503 : 200),
  );
  session.record("hangs");
  session.initialize({ projectApiKey: "another" });
  session.record("retried");
  const flushing = Laminar.flush();
  await settled();
  assert.equal(session.requests.length, 2);
  // Until its pause of 125 ms is over. No timer fires after that.
  for (let ms = 0; ms < 240 && session.requests.length < 3; ms += 5) {
    t.mock.timers.tick(5);
    await settled();
  }
  assert.deepEqual(await session.names(2), ["retried"]);
  assert.deepEqual(session.change(), { recorded: 2, inFlight: 1, exported: 1 });
  let report;
  flushing.then((its) => (report = its));
  for (let ms = 0; ms < 20_000 && report === undefined; ms += 250) {
    t.mock.timers.tick(250);
    await settled();
  }
  assert.equal(report.exported, 1);
});

test("an answer counts that is there when the time is long over", async (t) => {
  t.mock.method(console, "warn");
  const session = answering(
    t,
    () => {
      // The program's own fetch computes, or its process stands still.
      const until = performance.now() + 300;
      while (performance.now() < until);
      return new Promise((resolve) => setTimeout(resolve, 1, respond(200)));
    },
    { traceExportTimeoutMillis: 80 },
  );
  session.record("a");
  const report = await Laminar.flush();
  assert.deepEqual([report.ok, report.exported], [true, 1]);
  assert.deepEqual(console.warn.mock.calls, []);
});

/** Lets everything run that waits for no timer. */
async function settled() {
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
}
