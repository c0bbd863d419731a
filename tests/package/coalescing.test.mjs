// After an outage there are as many requests as the spans need, and not one for each failed flush.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Laminar } from "laminar-edge";
import { startSession } from "./support/session.mjs";

const FLUSHES = 300;
const NAMES = Array.from({ length: FLUSHES }, (_, i) => `span ${i}`).sort();
// The budget is too short for a second attempt, which comes after at least 125 ms.
const ONE_ATTEMPT = { traceExportTimeoutMillis: 120 };
const PATIENT = { traceExportTimeoutMillis: 10_000 };

/**
 * Ends a span and flushes, several times. Returns how many flushes got no answer because the machine was busy.
 */
async function outage() {
  let late = 0;
  for (let i = 0; i < FLUSHES; i++) {
    Laminar.startSpan({ name: `span ${i}` }).end();
    const report = await Laminar.flush();
    assert.equal(report.exported, 0);
    late += report.error.code === "timeout" ? 1 : 0;
  }
  return late;
}

/** Flushes with more time, when the server works again. */
async function recover(t, collector) {
  const projectApiKey = `key of ${t.name}`;
  Laminar.initialize({ projectApiKey, baseUrl: collector.url, ...PATIENT });
  const before = collector.requests.length;
  collector.behave({});
  const report = await Laminar.flush();
  assert.equal(report.ok, true, JSON.stringify(report));
  assert.equal(report.exported, FLUSHES);
  assert.equal(report.attempts, collector.requests.length - before);
  assert.deepEqual(collector.names(), NAMES, "each span once");
  return report.attempts;
}

test("the spans of 300 flushes that got a 503 are sent in two requests", async (t) => {
  const { collector, change } = await startSession(t, ONE_ATTEMPT);
  collector.behave({ status: 503 });
  const late = await outage();
  assert.deepEqual(change(), { recorded: FLUSHES, buffered: FLUSHES });
  const requests = await recover(t, collector);
  // A batch without an answer is in doubt, so its neighbours are not joined.
  assert.ok(requests <= 2 + 2 * late, `${requests} requests, ${late} late`);
  const { redelivered = 0, ...rest } = change();
  assert.equal(redelivered, late);
  assert.deepEqual(rest, { recorded: FLUSHES, exported: FLUSHES });
});

test("the spans of 300 flushes that waited for a Retry-After are sent in two requests", async (t) => {
  const { collector, change } = await startSession(t, ONE_ATTEMPT);
  collector.behave({ status: 503, headers: { "retry-after": "2" } });
  const late = await outage();
  const refused = collector.requests.length;
  assert.ok(refused < FLUSHES, "most were held back");
  const requests = await recover(t, collector);
  // Unsent batches come before failed ones.
  const kinds = 2 * refused + 2 * late;
  assert.ok(requests <= 1 + kinds, `${requests} requests, ${refused} refused`);
  const { redelivered = 0, ...rest } = change();
  assert.equal(redelivered, late);
  assert.deepEqual(rest, { recorded: FLUSHES, exported: FLUSHES });
});
