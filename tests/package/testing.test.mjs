// The helpers for users' own tests.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Laminar, observe } from "laminar-edge";
import { FakeClock, InMemorySpanExporter } from "laminar-edge/testing";

let exporter;
let clock;
beforeEach(() => {
  exporter = new InMemorySpanExporter().install();
  clock = new FakeClock(1_000_000).install();
});
afterEach(() => {
  exporter.uninstall();
  clock.uninstall();
});

test("finished spans are available at once, with path, times, input and output", async () => {
  await observe(
    { name: "agent" },
    async (question) => {
      clock.advance(10);
      const span = Laminar.startSpan({ name: "search", spanType: "TOOL" });
      clock.advance(5);
      span.setAttribute("hits", 3).end();
      return question.length;
    },
    "why?",
  );
  const [search, agent] = exporter.getFinishedSpans();
  assert.deepEqual(search.path, ["agent", "search"]);
  assert.equal(search.parentSpanId, agent.spanId);
  assert.equal(search.startTime, 1_000_010);
  assert.equal(search.endTime, 1_000_015);
  assert.equal(search.attributes.hits, 3);
  assert.equal(agent.attributes["lmnr.span.input"], '["why?"]');
  assert.equal(agent.attributes["lmnr.span.output"], "4");
  assert.equal(agent.parentSpanId, undefined);
});

test("errors can be asserted on", () => {
  const boom = new Error("boom");
  assert.throws(
    () =>
      observe({ name: "work" }, () => {
        throw boom;
      }),
    boom,
  );
  const [{ status, events }] = exporter.getFinishedSpans();
  assert.deepEqual(status, { code: "ERROR", message: "boom" });
  assert.equal(events[0].attributes["exception.message"], "boom");
});

test("while it is installed nothing is sent or counted; afterwards everything is", async () => {
  const before = Laminar.stats();
  Laminar.startSpan({ name: "seen" }).end();
  assert.deepEqual(Laminar.stats(), before);
  exporter.reset();
  assert.deepEqual(exporter.getFinishedSpans(), []);
  exporter.uninstall();
  assert.equal(Laminar.initialized(), false);
  assert.equal(Laminar.startSpan({ name: "unseen" }).isRecording(), false);
});
