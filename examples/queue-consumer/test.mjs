import test from "node:test";
import assert from "node:assert/strict";
import { startCollector } from "../../tests/package/support/collector.mjs";
import { wranglerDev } from "../support/wrangler.mjs";

test("the consumer continues the producer's trace", async (t) => {
  const collector = await startCollector(t);
  const address = await wranglerDev(t, import.meta.dirname, collector);
  for (const question of ["why", "where"])
    assert.equal((await fetch(`${address}/?q=${question}`)).status, 202);

  await collector.until(() => collector.spans.length === 4, 30_000);
  const answers = collector.spans.filter(({ name }) => name === "answer");
  assert.deepEqual(
    answers.map(({ attributes }) => attributes["lmnr.span.output"]).sort(),
    ['"where? Because."', '"why? Because."'],
  );
  for (const answer of answers) {
    const asked = collector.spans.find(
      ({ spanId }) => spanId === answer.parentSpanId,
    );
    assert.equal(asked?.name, "ask");
    assert.equal(asked.traceId, answer.traceId);
  }
});
