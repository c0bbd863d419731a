// Headers in and out: what is a traceparent, what is written into a carrier, and how much.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { extractContext, injectContext, Laminar } from "laminar-edge";
import { startQuietSession } from "./support/session.mjs";

await startQuietSession();

test("a traceparent that W3C does not allow is none", () => {
  const ids = "0123456789abcdef0123456789abcdef-fedcba9876543210";
  const zeros = (text) => text.replaceAll(/[0-9a-f]/g, "0");
  const [trace, span] = ids.split("-");
  for (const [traceparent, isOne] of [
    [`00-${ids}-01`, true],
    [` 00-${ids}-00 `, true],
    // Later versions may have more parts.
    [`01-${ids}-01-more`, true],
    [`00-${ids}-01-more`, false],
    [`00-${ids}-01-`, false],
    [`ff-${ids}-01`, false],
    [`00-${zeros(trace)}-${span}-01`, false],
    [`00-${trace}-${zeros(span)}-01`, false],
    // Two headers, as Headers join them.
    [`00-${ids}-01, 00-${ids}-01`, false],
  ])
    assert.equal(
      extractContext({ traceparent }),
      isOne ? traceparent : undefined,
      traceparent,
    );
});

test("injectContext never throws, whatever the carrier", async () => {
  const immutable = new Proxy(new Headers(), {
    get: (target, key) =>
      key === "set"
        ? () => {
            throw new TypeError("Can't modify immutable headers.");
          }
        : target[key]?.bind(target),
  });
  const span = Laminar.startSpan({ name: "caller" });
  const carriers = [Object.freeze({}), immutable, null, undefined, 7, "text"];
  for (const options of [undefined, null, { span }, { span, laminar: true }])
    for (const carrier of carriers)
      assert.equal(
        Laminar.withSpan(span, () => injectContext(carrier, options)),
        carrier,
      );
  assert.equal(extractContext({}, null), undefined);
  span.end();
});

test("a context that servers would refuse as a header leaves out metadata, then the path", async (t) => {
  const server = createServer((request, response) => {
    const { "x-laminar-span-context": context } = request.headers;
    response.end(context);
  });
  await new Promise((listening) => server.listen(0, listening));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${server.address().port}/`;
  const arrived = async (span) => {
    const headers = injectContext(new Headers(), { span, laminar: true });
    const answer = await fetch(url, { headers });
    assert.equal(answer.status, 200);
    span.end();
    const text = await answer.text();
    return text && JSON.parse(text);
  };
  const whole = { userId: "u", metadata: { plan: "free" } };
  const small = await arrived(Laminar.startSpan({ name: "a", ...whole }));
  assert.deepEqual(small.metadata, whole.metadata);
  assert.deepEqual(small.spanPath, ["a"]);
  const prompt = { prompt: "ä".repeat(10_000) };
  const large = await arrived(
    Laminar.startSpan({ name: "a", userId: "u", metadata: prompt }),
  );
  assert.deepEqual([large.userId, large.metadata], ["u", {}]);
  assert.deepEqual(large.spanPath, ["a"]);
  let deep = Laminar.startSpan({ name: "a", userId: "u", metadata: prompt });
  for (let i = 0; i < 300; i++)
    deep = Laminar.startSpan({ name: "step", parent: deep });
  const { userId, spanPath, spanIdsPath } = await arrived(deep);
  assert.deepEqual(
    [userId, spanPath, spanIdsPath],
    ["u", undefined, undefined],
  );
  const user = { userId: "u".repeat(20_000) };
  assert.equal(await arrived(Laminar.startSpan({ name: "a", ...user })), "");
});

test("a context carries metadata whose keys are those of every object", () => {
  const metadata = JSON.parse(
    '{"__proto__":{"admin":true},"constructor":"c","a":{"b":null},"n":1}',
  );
  const span = Laminar.startSpan({ name: "keys", metadata });
  const given = span.getLaminarSpanContext().metadata;
  assert.equal(given.admin, undefined);
  assert.equal(Object.getPrototypeOf(given), Object.prototype);
  const { metadata: read } = JSON.parse(
    Laminar.serializeLaminarSpanContext(span),
  );
  assert.deepEqual(Object.entries(read), Object.entries(metadata));
  span.end();
});
