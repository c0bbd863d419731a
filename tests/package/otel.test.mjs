// getTracer, used as code written for @opentelemetry/api uses a tracer.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { getTracer, Laminar, observe } from "laminar-edge";
import { startCollector } from "./support/collector.mjs";
import { lines, outline } from "./support/outline.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

// Where @opentelemetry/api 1 keeps what is registered with it.
const registered = () => globalThis[Symbol.for("opentelemetry.js.api.1")];

const FOREIGN = {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  traceFlags: 1,
};
const wrap = (context) =>
  trace.setSpan(ROOT_CONTEXT, trace.wrapSpanContext(context));

async function start(t) {
  const collector = await startCollector(t);
  Laminar.initialize({ projectApiKey: "key", baseUrl: collector.url });
  t.after(() => Laminar.shutdown());
  return collector;
}

describe("getTracer", () => {
  test("our spans and the tracer's nest", async (t) => {
    const collector = await start(t);
    const tracer = getTracer();
    const result = await observe({ name: "request" }, () =>
      tracer.startActiveSpan("outer", async (outer) => {
        await null;
        tracer.startSpan("leaf").end();
        observe({ name: "observed" }, () => tracer.startSpan("deep").end());
        tracer.startActiveSpan("last", {}, ROOT_CONTEXT, (span) => span.end());
        outer.end();
        return 42;
      }),
    );
    assert.equal(result, 42);
    tracer.startSpan("alone").end();
    await Laminar.flush();
    assert.equal(
      outline(collector.spans),
      lines(`
        request
          outer
            leaf
            observed
              deep
            last
        alone
      `),
    );
    assert.equal(registered(), undefined);
  });

  test("options", async (t) => {
    const collector = await start(t);
    const other = getTracer().startSpan("other");
    const { traceId, spanId } = other.spanContext();
    getTracer()
      .startSpan("span", {
        kind: SpanKind.CLIENT,
        attributes: { "gen_ai.usage.input_tokens": 12, none: undefined },
        links: [{ context: other.spanContext(), attributes: { why: "link" } }],
        startTime: new Date(1_700_000_000_000),
      })
      .addLink({ context: FOREIGN })
      // The ids of a span that is not recorded are invalid.
      .addLink({ context: { ...FOREIGN, traceId: "0".repeat(32) } })
      .addLink({ context: { ...FOREIGN, spanId: "0".repeat(16) } })
      .end();
    other.end();
    await Laminar.flush();
    const span = collector.span("span");
    assert.equal(span.kind, 3);
    assert.equal(collector.span("other").kind, 1);
    assert.equal(span.start, 1_700_000_000_000_000_000n);
    assert.equal(span.attributes["gen_ai.usage.input_tokens"], 12n);
    assert.ok(!("none" in span.attributes));
    assert.deepEqual(
      span.links.map(({ attributes, ...ids }) => ({ ...ids, ...attributes })),
      [
        { traceId, spanId, why: "link" },
        { traceId: FOREIGN.traceId, spanId: FOREIGN.spanId },
      ],
    );
  });

  test("a context names the parent: a span of ours, another one, or none", async (t) => {
    const collector = await start(t);
    const tracer = getTracer();
    observe({ name: "active" }, () => {
      const ours = tracer.startSpan("ours", { root: true });
      tracer.startSpan("child", {}, trace.setSpan(ROOT_CONTEXT, ours)).end();
      ours.end();
      tracer.startSpan("continued", {}, wrap(FOREIGN)).end();
      tracer.startSpan("far", {}, wrap({ ...FOREIGN, isRemote: true })).end();
      const invalid = wrap({ ...FOREIGN, traceId: "0".repeat(32) });
      tracer.startSpan("below active", {}, invalid).end();
    });
    await Laminar.flush();
    const named = (...names) =>
      collector.spans.filter(({ name }) => names.includes(name));
    assert.equal(outline(named("ours", "child")), "ours\n  child");
    assert.equal(
      outline(named("active", "below active")),
      "active\n  below active",
    );
    for (const name of ["continued", "far"]) {
      const span = collector.span(name);
      assert.equal(span.traceId, FOREIGN.traceId);
      assert.equal(span.parentSpanId, FOREIGN.spanId);
      assert.deepEqual(span.attributes["lmnr.span.path"], [name, name]);
      assert.deepEqual(span.attributes["lmnr.span.ids_path"].slice(0, 1), [
        "00000000-0000-0000-b7ad-6b7169203331",
      ]);
    }
  });

  test("spans of the tracer inherit the same as ours", async (t) => {
    const collector = await start(t);
    observe({ name: "request", sessionId: "s", metadata: { plan: 1 } }, () =>
      getTracer().startSpan("span").end(),
    );
    await Laminar.flush();
    const { attributes } = collector.span("span");
    const prefix = "lmnr.association.properties.";
    assert.equal(attributes[`${prefix}session_id`], "s");
    assert.equal(attributes[`${prefix}metadata.plan`], 1n);
  });

  test("no value that is passed makes it throw", async (t) => {
    const collector = await start(t);
    const trap = {
      get() {
        throw new Error("no");
      },
    };
    const hostile = new Proxy({}, { ...trap, getPrototypeOf: trap.get });
    const tracer = getTracer({ parent: hostile });
    tracer.startSpan("one", hostile, hostile).end();
    tracer.startSpan("two", null, null).end();
    tracer.startSpan("three", { kind: "x", links: 5, attributes: 7 }, {}).end();
    tracer.startActiveSpan("nothing to run");
    getTracer(hostile).startSpan("four").end();
    await Laminar.flush();
    assert.deepEqual(collector.names(), ["four", "one", "three", "two"]);
  });

  test("a kind that is none counts as internal", async (t) => {
    const collector = await start(t);
    const unreadable = {
      valueOf() {
        throw new Error("no");
      },
    };
    for (const kind of [1n, "2", 1.5, [3], true, Symbol("x"), unreadable])
      getTracer().startSpan("span", { kind }).end();
    const report = await Laminar.flush();
    assert.deepEqual(report.dropped, {});
    assert.deepEqual(
      collector.spans.map(({ kind }) => kind),
      Array(7).fill(1),
    );
  });

  test("without the SDK, code runs as if untraced", () => {
    const span = getTracer().startSpan("span");
    assert.equal(span.isRecording(), false);
    assert.equal(span.spanContext().traceFlags, 0);
    assert.equal(
      getTracer().startActiveSpan("active", () => 1),
      1,
    );
  });
});

for (const [mode, { flags, storage }] of Object.entries(MODES)) {
  test(`a tracer with a parent, in workerd with ${mode}`, async (t) => {
    const collector = await startCollector(t);
    const worker = await startWorker(t, "otel.js", { flags });
    const options = { projectApiKey: "key", baseUrl: collector.url };
    assert.deepEqual(await worker.call("", { options }), { said: [] });
    await collector.until(() => collector.spans.length === 3);
    assert.equal(
      outline(collector.spans),
      storage
        ? "request\n  outer\n    inner"
        : // Nobody can tell that outer is active by then: the parent is right, if not the nearest.
          "request\n  outer\n  inner",
    );
    assert.equal(collector.span("inner").attributes.count, 3n);
  });
}
