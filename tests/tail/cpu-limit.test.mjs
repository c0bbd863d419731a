// The runtime's signal that CPU time is nearly used up, which the tests write themselves: open spans end, are
// marked and, if a tail is the transport, published at once.

import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { describe, test } from "node:test";
import { instrument, Laminar, observe } from "laminar-edge";
import { current } from "../../pkg/lib/core/instance.js";
import { startCollector } from "../package/support/collector.mjs";
import { assertBalanced } from "../package/support/ledger.mjs";
import { startSession } from "../package/support/session.mjs";
import { startPair } from "./support.mjs";

const EXHAUSTED = "laminar.cpu_exhausted";
const INCOMPLETE = "laminar.incomplete";

function write(name, value) {
  const { exports } = current();
  const address = exports[name].value;
  new Uint32Array(exports.memory.buffer, address, 1)[0] = value;
}

describe("CPU limit, in Node", { concurrency: false }, () => {
  test("the active spans end, marked, and the black box reports it once", async (t) => {
    const { collector, delivered } = await startSession(t);
    const messages = [];
    const note = (message) => messages.push(message);
    subscribe("laminar-edge", note);
    t.after(() => unsubscribe("laminar-edge", note));
    let tookMs = 0;
    const handler = instrument(
      (request) =>
        observe({ name: "outer" }, () => {
          observe({ name: "middle" }, () => {
            observe({ name: "before" }, () => {});
            write("__instance_signal", 24);
            const last = Laminar.startSpan({ name: "last" });
            const began = performance.now();
            last.end();
            tookMs = performance.now() - began;
            observe({ name: "after" }, () => {});
          });
          return new Response(request.url);
        }),
      { blackBox: true },
    );
    const response = await handler(new Request("http://localhost/path"));
    await response.text();
    const { spans } = await delivered();
    t.diagnostic(`two spans cut and published in ${tookMs.toFixed(3)} ms`);
    const marked = spans
      .filter(({ attributes }) => attributes[EXHAUSTED])
      .map(({ name }) => name)
      .sort();
    assert.deepEqual(marked, ["GET", "middle", "outer"]);
    for (const { name, attributes } of spans)
      assert.equal(
        attributes[INCOMPLETE],
        name === "middle" || name === "outer" ? true : undefined,
        name,
      );
    const root = collector.span("GET");
    assert.deepEqual(
      messages.map(({ type }) => type),
      ["start", "cpu", "end"],
    );
    for (const { id } of messages)
      assert.equal(id, `${root.traceId}-${root.spanId}`);
    const bytes = JSON.stringify(messages[0]).length;
    t.diagnostic(`the record of a beginning: ${bytes} bytes`);
  });

  test("any other signal changes nothing", async (t) => {
    const { delivered } = await startSession(t);
    write("__instance_signal", 23);
    observe({ name: "outer" }, () => observe({ name: "inner" }, () => {}));
    write("__instance_signal", 0);
    const { spans } = await delivered();
    assert.equal(spans.length, 2);
    for (const { attributes } of spans)
      assert.equal(attributes[EXHAUSTED], undefined);
  });

  test("spans of an instance that the runtime ended are taken over", async (t) => {
    const { change, delivered } = await startSession(t);
    for (const name of ["a", "b"]) Laminar.startSpan({ name }).end();
    const before = current();
    write("__instance_terminated", 1);
    Laminar.initialize();
    assert.notEqual(current(), before);
    const { spans, report } = await delivered();
    assert.equal(report.exported, 2);
    assert.deepEqual(spans.map(({ name }) => name).sort(), ["a", "b"]);
    assert.deepEqual(change(), { recorded: 2, exported: 2 });
  });
});

describe("CPU limit, in workerd", { concurrency: 2 }, () => {
  async function start(t, options) {
    const collector = await startCollector(t);
    const env = { LMNR_PROJECT_API_KEY: "key", LMNR_BASE_URL: collector.url };
    const producer = options ? { OPTIONS: options } : env;
    return { collector, ...(await startPair(t, { producer, tail: env })) };
  }

  test("by tail, all open spans arrive", async (t) => {
    const { collector, call } = await start(t, { transport: "tail" });
    await call("/cpu-limit/1").catch(() => {});
    await collector.until(() => collector.spans.length >= 5);
    await new Promise((done) => setTimeout(done, 1_000));
    const marks = collector.spans
      .map(({ name, attributes }) => `${name} ${attributes[EXHAUSTED]}`)
      .sort();
    assert.deepEqual(marks, [
      "GET true",
      "before undefined",
      "last undefined",
      "middle true",
      "outer true",
    ]);
  });

  test("by fetch, the Tail Worker makes the root span", async (t) => {
    const { collector, call } = await start(t);
    await call("/cpu-limit/1").catch(() => {});
    await collector.until(() => collector.span("GET"));
    const root = collector.span("GET");
    assert.equal(root.attributes[EXHAUSTED], true);
    assert.equal(root.attributes["cloudflare.outcome"], "exception");
    // The isolate goes on, and the next request sends the spans that were ended.
    await call("/ok/2");
    await collector.until(() => collector.span("outer"));
    const outer = collector.span("outer");
    assert.equal(outer.attributes[EXHAUSTED], true);
    assert.equal(outer.parentSpanId, root.spanId);
  });

  for (const options of [undefined, { transport: "tail" }])
    test(`a request that ends well has one root span, ${options ? "by tail" : "by fetch"}`, async (t) => {
      const { collector, call, untilTail } = await start(t, options);
      await call("/cpu-warning/1");
      await collector.until(() => collector.span("GET"));
      const { stats } = await untilTail(({ seen }) => seen.outcomes.length > 0);
      await new Promise((done) => setTimeout(done, 1_000));
      assertBalanced(stats);
      const roots = collector.spans.filter(({ name }) => name === "GET");
      assert.equal(roots.length, 1);
      assert.equal(roots[0].attributes[EXHAUSTED], true);
    });
});
