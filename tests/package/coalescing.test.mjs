// After an outage: as many requests as the spans need, not as there were flushes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Laminar } from "laminar-edge";
import { startSession } from "./support/session.mjs";

const FLUSHES = 300;
const NAMES = Array.from({ length: FLUSHES }, (_, i) => `span ${i}`).sort();
// Too short for a second attempt: the pause before it takes 125 ms at least.
const ONE_ATTEMPT = { traceExportTimeoutMillis: 120 };
const PATIENT = { traceExportTimeoutMillis: 10_000 };

/** A span and a flush, again and again; how many flushes found the machine too busy for an answer. */
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

/** With more time, and the server well again. */
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

test("the spans of 300 flushes that met a 503 leave in two requests", async (t) => {
  const { collector, change } = await startSession(t, ONE_ATTEMPT);
  collector.behave({ status: 503 });
  const late = await outage();
  assert.deepEqual(change(), { recorded: FLUSHES, buffered: FLUSHES });
  const requests = await recover(t, collector);
  // One that went unanswered is in doubt, and keeps its neighbours apart.
  assert.ok(requests <= 2 + 2 * late, `${requests} requests, ${late} late`);
  const { redelivered = 0, ...rest } = change();
  assert.equal(redelivered, late);
  assert.deepEqual(rest, { recorded: FLUSHES, exported: FLUSHES });
});

test("the spans of 300 flushes that a Retry-After delayed leave in two requests, too", async (t) => {
  const { collector, change } = await startSession(t, ONE_ATTEMPT);
  collector.behave({ status: 503, headers: { "retry-after": "2" } });
  const late = await outage();
  const refused = collector.requests.length;
  assert.ok(refused < FLUSHES, "most were held back");
  const requests = await recover(t, collector);
  // What was never sent, before what failed.
  const kinds = 2 * refused + 2 * late;
  assert.ok(requests <= 1 + kinds, `${requests} requests, ${refused} refused`);
  const { redelivered = 0, ...rest } = change();
  assert.equal(redelivered, late);
  assert.deepEqual(rest, { recorded: FLUSHES, exported: FLUSHES });
});
