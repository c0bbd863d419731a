// A fetch that a framework put in place of the global one: it waits before it reads its options, and changes them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Laminar, observe } from "laminar-edge";
import { startCollector } from "./support/collector.mjs";

test("the fetch option may read and change its request later", async (t) => {
  const collector = await startCollector(t);
  const real = globalThis.fetch;
  t.after(() => (globalThis.fetch = real));
  globalThis.fetch = async (input, init) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    init.headers.append("x-framework", "was here");
    init.headers = new Headers(init.headers);
    return real(input, init);
  };
  Laminar.initialize({ projectApiKey: "a key", baseUrl: collector.url });
  for (let flush = 0; flush < 3; flush++) {
    observe({ name: `span ${flush}` }, () => 1);
    const report = await Laminar.flush();
    assert.equal(report.exported, 1, JSON.stringify(report));
  }
  assert.deepEqual(collector.names(), ["span 0", "span 1", "span 2"]);
  for (const { headers, key } of collector.requests) {
    assert.equal(key, "a key");
    assert.equal(headers["x-framework"], "was here");
  }
});
