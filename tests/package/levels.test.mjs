// Tracing levels in what runs after the callback has returned.

import assert from "node:assert/strict";
import { test } from "node:test";
import { observe, TracingLevel, withTracingLevel } from "laminar-edge";
import { startSession } from "./support/session.mjs";

test("levels hold in what a generator runs when it is read", async (t) => {
  const { delivered } = await startSession(t);
  async function* agent(name) {
    observe({ name: `${name} first`, input: "secret" }, () => 1);
    const sent = yield 1;
    await observe({ name: `${name} last`, input: "secret" }, async () => sent);
    yield 2;
  }
  function* steps(name) {
    yield observe({ name, input: "secret" }, () => 1);
  }
  const query = (name) => ({ [Symbol.asyncIterator]: () => agent(name) });
  const collect = async (iterable) => {
    const seen = [];
    for await (const each of iterable) seen.push(each);
    return seen;
  };
  await observe({ name: "root" }, async () => {
    for (const [name, level] of [
      ["off", TracingLevel.OFF],
      ["meta", TracingLevel.META_ONLY],
    ]) {
      const run = (...args) => withTracingLevel(level, ...args);
      let made;
      const given = run(() => (made = agent(`${name} made`)));
      assert.equal(given, made);
      assert.deepEqual(await collect(given), [1, 2]);
      assert.deepEqual(await collect(run(agent, `${name} direct`)), [1, 2]);
      const later = await run(async () => agent(`${name} later`));
      assert.deepEqual(await collect(later), [1, 2]);
      assert.deepEqual(await collect(run(query, `${name} query`)), [1, 2]);
      assert.deepEqual([...run(steps, `${name} steps`)], [1]);
      const observed = () =>
        observe({ name: `${name} observed` }, agent, `${name} below`);
      assert.deepEqual(await collect(run(observed)), [1, 2]);
    }
    const all = withTracingLevel(TracingLevel.ALL, agent, "all");
    assert.deepEqual(await collect(all), [1, 2]);
  });
  const spans = Object.fromEntries(
    (await delivered()).spans.map((span) => [span.name, span]),
  );
  assert.deepEqual(
    Object.keys(spans).filter((name) => name.startsWith("off")),
    [],
  );
  const meta = Object.entries(spans).filter(([name]) => /^meta/.test(name));
  assert.equal(meta.length, 12);
  for (const [name, { attributes, parentSpanId }] of meta) {
    assert.equal(attributes["lmnr.span.input"], undefined, name);
    const parent = /below/.test(name) ? spans["meta observed"] : spans.root;
    assert.equal(parentSpanId, parent.spanId, name);
  }
  assert.equal(spans["all last"].attributes["lmnr.span.input"], "secret");
});
