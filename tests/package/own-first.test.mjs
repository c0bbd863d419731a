// Spans do not wait behind failed batches of other destinations, and a refusal is warned of once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Laminar } from "laminar-edge";
import { startCollector } from "./support/collector.mjs";
import { startSession } from "./support/session.mjs";

const record = (...names) => {
  for (const name of names) Laminar.startSpan({ name }).end();
};

test("a flush sends new batches before it retries failed ones", async (t) => {
  const { collector } = await startSession(t, {
    traceExportTimeoutMillis: 100,
    scheduledDelayMillis: 60_000,
  });
  collector.behave({ status: 503 });
  record("old");
  assert.equal((await Laminar.flush()).pending, 1);
  record("also old");
  assert.equal((await Laminar.flush()).pending, 2);
  collector.behave({});
  collector.requests.length = 0;
  record("new");
  assert.equal((await Laminar.flush()).exported, 3);
  assert.deepEqual(
    collector.requests[0].spans.map(({ name }) => name),
    ["new"],
  );
});

test("a batch that hangs keeps no other flush from sending", async (t) => {
  const { collector } = await startSession(t, {
    traceExportTimeoutMillis: 1_500,
    scheduledDelayMillis: 60_000,
  });
  collector.behave(({ spans }) =>
    spans.some(({ name }) => name === "hangs") ? { hang: true } : {},
  );
  record("hangs");
  const stuck = Laminar.flush();
  await collector.until(() => collector.requests.length === 1);
  record("goes");
  const other = Laminar.flush();
  await collector.until(() => collector.requests.length === 2);
  assert.deepEqual(
    collector.requests[1].spans.map(({ name }) => name),
    ["goes"],
  );
  // It waits for the batch that hangs, but reports its own.
  const [, report] = await Promise.all([stuck, other]);
  assert.equal(report.exported, 1);
});

test("a refused key causes one warning for each destination until it is accepted", async (t) => {
  const said = t.mock.method(console, "warn", () => {});
  const one = await startCollector(t);
  const { collector: two } = await startSession(t);
  t.after(() => one.close());
  const to = (collector, projectApiKey) =>
    Laminar.initialize({ projectApiKey, baseUrl: collector.url });
  one.behave({ status: 401 });
  two.behave({});
  const lines = () =>
    said.mock.calls.filter(({ arguments: [line] }) => /HTTP 401/.test(line));
  for (let round = 0; round < 3; round++) {
    to(one, "wrong");
    record("refused");
    to(two, "right");
    record("taken");
    await Laminar.flush();
  }
  assert.equal(lines().length, 1);
  assert.ok(!lines()[0].arguments[0].includes("wrong"));
  // The first was refused, the others are held, and all are reported.
  assert.equal(one.requests.length, 1);
  assert.equal(two.spans.length, 3);
});
