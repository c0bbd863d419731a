// Whose trace a request continues, which depends on trust.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { injectContext, instrument, Laminar, observe } from "laminar-edge";
import { startSession } from "./support/session.mjs";
import { ask, PARENT, TRACE, traceparent } from "./support/platform.mjs";

describe("whose trace continues", { concurrency: false }, () => {
  const rootOf = async (t, headers, options) => {
    const { collector, delivered } = await startSession(t);
    const handler = instrument(async () => {
      await observe({ name: "said" }, async (text) => text, "hello");
      return new Response(null);
    }, options);
    await handler(ask(headers));
    await delivered();
    return [collector.span("GET"), collector.span("said")];
  };
  const own = (more = {}) => {
    const span = Laminar.startSpan({ name: "caller", userId: "eve", ...more });
    const headers = injectContext({}, { span, laminar: true });
    span.end();
    return headers;
  };

  for (const flags of ["01", "00"])
    test(`with traceparent the ids of any caller are used, sampled or not (${flags})`, async (t) => {
      const headers = { traceparent: traceparent(flags) };
      const options = { incomingContext: "traceparent" };
      const [root, said] = await rootOf(t, headers, options);
      assert.equal(root.traceId, TRACE);
      assert.equal(root.parentSpanId, PARENT);
      assert.equal(said.parentSpanId, root.spanId);
    });

  for (const [who, more] of [
    ["nobody else", {}],
    ["others", { tracestate: "vendor=1,other=lmnr=1" }],
    ["one who nearly says it", { tracestate: "xlmnr=1, Lmnr=1, lmnr" }],
    ["too many to read", { tracestate: `${"a=1,".repeat(4_000)}lmnr=1` }],
    ["a context that is none", { "x-laminar-span-context": '{"traceId":1}' }],
  ])
    test(`by default the trace of a caller without Laminar is linked and not continued: ${who}`, async (t) => {
      const headers = { traceparent: ` ${traceparent("01")}`, ...more };
      const [root, said] = await rootOf(t, headers);
      assert.notEqual(root.traceId, TRACE);
      assert.equal(root.parentSpanId, "");
      assert.equal(said.parentSpanId, root.spanId);
      const [link, ...others] = root.links;
      assert.deepEqual([link.traceId, link.spanId], [TRACE, PARENT]);
      assert.deepEqual(others, []);
      assert.deepEqual(root.attributes["http.request.header.traceparent"], [
        traceparent("01"),
      ]);
    });

  test("by default the trace of a caller with Laminar continues, with any tracestate", async (t) => {
    for (const tracestate of ["lmnr=1", "vendor=1 , lmnr=1", "lmnr=2,a=b"]) {
      const headers = { traceparent: traceparent("01"), tracestate };
      const [root] = await rootOf(t, headers);
      assert.deepEqual([root.traceId, root.parentSpanId], [TRACE, PARENT]);
      assert.deepEqual(root.links, []);
      assert.ok(!("http.request.header.traceparent" in root.attributes));
    }
  });

  test("by default the ids of a Laminar context are used, with or without a traceparent", async (t) => {
    await startSession(t);
    const text = own()["x-laminar-span-context"];
    const { traceId, spanId } = JSON.parse(text);
    const python = JSON.stringify({ trace_id: traceId, span_id: spanId });
    for (const headers of [
      { "x-laminar-span-context": text },
      { "x-lmnr-span-context": text, traceparent: traceparent("01") },
      { "x-lmnr-span-context": python },
    ]) {
      const [root] = await rootOf(t, headers);
      assert.equal(root.traceId, traceId.replaceAll("-", ""));
      const user = root.attributes["lmnr.association.properties.user_id"];
      assert.equal(user, undefined);
    }
    const options = { incomingContext: "trusted" };
    const [root] = await rootOf(t, { "x-lmnr-span-context": text }, options);
    assert.equal(root.attributes["lmnr.association.properties.user_id"], "eve");
  });

  test("by default only ids are taken", async (t) => {
    await startSession(t);
    const headers = own();
    const [root] = await rootOf(t, headers);
    assert.ok(headers.traceparent.includes(root.traceId));
    assert.equal(
      root.attributes["lmnr.association.properties.user_id"],
      undefined,
    );
  });

  test("a Laminar context in place of a traceparent is ignored", async (t) => {
    await startSession(t);
    const headers = { traceparent: own()["x-laminar-span-context"] };
    const [root] = await rootOf(t, headers);
    assert.equal(root.parentSpanId, "");
    assert.equal(
      root.attributes["lmnr.association.properties.user_id"],
      undefined,
    );
  });

  test("with ignore no trace continues", async (t) => {
    const headers = { traceparent: traceparent("01") };
    const [root] = await rootOf(t, headers, { incomingContext: "ignore" });
    assert.notEqual(root.traceId, TRACE);
    assert.equal(root.parentSpanId, "");
  });

  test("only with trusted the caller sets user and level", async (t) => {
    await startSession(t);
    const context = { ...JSON.parse(own()["x-laminar-span-context"]) };
    const carry = (tracingLevel) => ({
      "x-laminar-span-context": JSON.stringify({ ...context, tracingLevel }),
    });
    const trusted = { incomingContext: "trusted" };
    const [root, said] = await rootOf(t, carry("meta_only"), trusted);
    assert.equal(root.attributes["lmnr.association.properties.user_id"], "eve");
    assert.equal(said.attributes["lmnr.span.input"], undefined);
    assert.deepEqual(await rootOf(t, carry("off"), trusted), [
      undefined,
      undefined,
    ]);
    const [seen, heard] = await rootOf(t, carry("off"));
    assert.equal(heard.parentSpanId, seen.spanId);
    assert.equal(heard.attributes["lmnr.span.input"], '["hello"]');
  });

  test("with trusted a level holds until the body has been read", async (t) => {
    const { collector, delivered } = await startSession(t);
    async function* agent(name) {
      for (const text of ["a", "b"]) {
        await observe({ name }, async (said) => said, "secret");
        yield new TextEncoder().encode(text);
      }
    }
    const bodies = {
      from: (name) => ReadableStream.from(agent(name)),
      pulled(name) {
        const steps = agent(name);
        return new ReadableStream({
          async pull(controller) {
            const { done, value } = await steps.next();
            if (done) controller.close();
            else controller.enqueue(value);
          },
        });
      },
    };
    const context = { ...JSON.parse(own()["x-laminar-span-context"]) };
    for (const [kind, make] of Object.entries(bodies))
      for (const tracingLevel of ["off", "meta_only"]) {
        const handler = instrument(
          () => new Response(make(`${kind} ${tracingLevel}`)),
          { incomingContext: "trusted" },
        );
        const told = JSON.stringify({ ...context, tracingLevel });
        const response = await handler(ask({ "x-laminar-span-context": told }));
        assert.equal(await response.text(), "ab");
      }
    await delivered();
    const inner = collector.spans.filter(({ name }) => /off|meta/.test(name));
    assert.deepEqual(
      inner.map(({ name }) => name),
      ["from", "from", "pulled", "pulled"].map((kind) => `${kind} meta_only`),
    );
    for (const { attributes } of inner)
      assert.equal(attributes["lmnr.span.input"], undefined);
  });

  test("with trusted a trace with sampled=0 is recorded all the same", async (t) => {
    const headers = { traceparent: traceparent("00") };
    const [root] = await rootOf(t, headers, { incomingContext: "trusted" });
    assert.equal(root.parentSpanId, PARENT);
  });

  test("a function decides", async (t) => {
    const headers = { "x-parent": traceparent("01") };
    const incomingContext = (request) => request.headers.get("x-parent");
    const [root] = await rootOf(t, headers, { incomingContext });
    assert.equal(root.traceId, TRACE);
    const [alone] = await rootOf(t, {}, { incomingContext });
    assert.equal(alone.parentSpanId, "");
  });

  test("a function that throws, an unknown word or garbage begins a new trace", async (t) => {
    const thrower = () => {
      throw new Error("who knows");
    };
    for (const [headers, incomingContext] of [
      [{ traceparent: traceparent("01") }, thrower],
      [{ traceparent: traceparent("01") }, "everyone"],
      [{ traceparent: "00-xyz" }, undefined],
    ]) {
      const [root] = await rootOf(t, headers, { incomingContext });
      assert.equal(root.parentSpanId, "");
    }
  });
});
