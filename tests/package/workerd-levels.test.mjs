// Tracing levels are promises of privacy: kept in workerd whether it can follow an await or not.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startCollector } from "./support/collector.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

for (const [mode, { flags, storage }] of Object.entries(MODES)) {
  describe(`tracing levels in workerd with ${mode}`, () => {
    test("hold across awaits, for whatever starts meanwhile", async (t) => {
      const collector = await startCollector(t);
      const worker = await startWorker(t, "app.js", { flags });
      const options = { projectApiKey: "k", baseUrl: collector.url };
      await worker.call("levels", { options });
      await collector.until(() => collector.names().includes("last"));
      // Nobody can say whose the spans beside are where awaits are not followed: the level counts.
      const beside = storage ? ["beside meta", "beside off"] : ["beside meta"];
      const expected = [...beside, "last", "meta", "meta late"];
      assert.deepEqual(collector.names(), expected);
      const input = (name) =>
        collector.span(name).attributes["lmnr.span.input"];
      assert.equal(input("meta"), undefined);
      assert.equal(input("meta late"), undefined);
      assert.equal(input("last"), "said");
      assert.equal(input("beside meta"), storage ? "said" : undefined);
    });
  });
}
