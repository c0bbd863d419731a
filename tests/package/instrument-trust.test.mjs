// Whose trace a request continues: a matter of trust.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { injectContext, instrument, Laminar, observe } from "laminar-edge";
import { startSession } from "./support/session.mjs";
import { ask, PARENT, TRACE, traceparent } from "./support/platform.mjs";

describe("whose trace goes on", { concurrency: false }, () => {
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
    test(`by default the ids of a traceparent, be it sampled or not (${flags})`, async (t) => {
      const headers = { traceparent: traceparent(flags) };
      const [root, said] = await rootOf(t, headers);
      assert.equal(root.traceId, TRACE);
      assert.equal(root.parentSpanId, PARENT);
      assert.equal(said.parentSpanId, root.spanId);
    });

  test("by default nothing but ids", async (t) => {
    await startSession(t);
    const headers = own();
    const [root] = await rootOf(t, headers);
    assert.ok(headers.traceparent.includes(root.traceId));
    assert.equal(
      root.attributes["lmnr.association.properties.user_id"],
      undefined,
    );
  });

  test("Laminar's context in the place of a traceparent is nobody's", async (t) => {
    await startSession(t);
    const headers = { traceparent: own()["x-laminar-span-context"] };
    const [root] = await rootOf(t, headers);
    assert.equal(root.parentSpanId, "");
    assert.equal(
      root.attributes["lmnr.association.properties.user_id"],
      undefined,
    );
  });

  test("ignore", async (t) => {
    const headers = { traceparent: traceparent("01") };
    const [root] = await rootOf(t, headers, { incomingContext: "ignore" });
    assert.notEqual(root.traceId, TRACE);
    assert.equal(root.parentSpanId, "");
  });

  test("trusted: user and level, which nobody else may set", async (t) => {
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

  test("trusted, with sampled=0: still recorded", async (t) => {
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

  test("a function that throws, a word that is none, garbage: a new trace", async (t) => {
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
