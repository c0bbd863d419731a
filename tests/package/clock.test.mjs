// The clock of a host that was suspended or set: a new trace begins at the right time, and its spans follow.

import assert from "node:assert/strict";
import { test } from "node:test";
import { getTracer, Laminar, observe } from "laminar-edge";
import { startSession } from "./support/session.mjs";

const HOUR_MS = 3_600_000;
const SLACK_MS = 5_000;

/** Sets the wall clock; the monotonic clock is not changed. */
function wallClock(t) {
  const real = Date.now;
  let apart = 0;
  t.mock.method(Date, "now", () => real() + apart);
  return {
    now: () => Date.now(),
    move: (ms) => (apart += ms),
  };
}

const startOf = ({ start }) => Number(start / 1_000_000n);

test("each kind of root begins at the current time, an hour after the last one", async (t) => {
  const { collector, delivered } = await startSession(t);
  const wall = wallClock(t);
  Laminar.startSpan({ name: "before" }).end();
  const parentSpanContext =
    "00-0123456789abcdef0123456789abcdef-fedcba9876543210-01";
  const roots = {
    started: (name) => Laminar.startSpan({ name }).end(),
    observed: (name) => observe({ name }, () => 1),
    traced: (name) => getTracer().startSpan(name, { root: true }).end(),
    continued: (name) => observe({ name, parentSpanContext }, () => 1),
  };
  const begun = {};
  for (const [name, begin] of Object.entries(roots)) {
    wall.move(HOUR_MS);
    begun[name] = wall.now();
    begin(name);
  }
  await delivered();
  for (const name of Object.keys(roots)) {
    const late = startOf(collector.span(name)) - begun[name];
    assert.ok(Math.abs(late) < SLACK_MS, `${name} is ${late} ms late`);
  }
});

test("no span begins before its parent when the clock is set back", async (t) => {
  const { collector, delivered } = await startSession(t);
  const wall = wallClock(t);
  for (const back of [500, 2_000, HOUR_MS]) {
    const parent = Laminar.startSpan({ name: "parent" });
    wall.move(-back);
    // Only a new trace checks the clock.
    Laminar.startSpan({ name: "other" }).end();
    const child = Laminar.startSpan({ name: "child", parent });
    Laminar.startSpan({ name: "grandchild", parent: child }).end();
    child.end();
    parent.end();
  }
  const given = Laminar.startSpan({ name: "given" });
  Laminar.startSpan({ name: "earlier", parent: given, startTime: 1e12 }).end();
  given.end();
  const { spans } = await delivered();
  const byId = Object.fromEntries(spans.map((span) => [span.spanId, span]));
  for (const { name, start, end, parentSpanId } of spans) {
    assert.ok(start <= end);
    const parent = byId[parentSpanId];
    if (parent && name !== "earlier") assert.ok(parent.start <= start, name);
  }
  // Times that the program gives are not changed.
  assert.equal(startOf(collector.span("earlier")), 1e12);
});

test("spans that begin one after another have start times in that order", async (t) => {
  const { delivered } = await startSession(t);
  for (let i = 0; i < 500; i++) Laminar.startSpan({ name: `${i}` }).end();
  const { spans } = await delivered();
  const sorted = spans.toSorted((a, b) => Number(a.name) - Number(b.name));
  sorted.forEach(({ start }, i) => {
    if (i > 0) assert.ok(start > sorted[i - 1].start);
  });
});
