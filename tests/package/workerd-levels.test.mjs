// Tracing levels protect privacy, so they apply in workerd with and without AsyncLocalStorage.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startCollector } from "./support/collector.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

for (const [mode, { flags, storage }] of Object.entries(MODES)) {
  describe(`tracing levels in workerd with ${mode}`, () => {
    test("hold across awaits, for all spans that start meanwhile", async (t) => {
      const collector = await startCollector(t);
      const worker = await startWorker(t, "app.js", { flags });
      const options = { projectApiKey: "k", baseUrl: collector.url };
      const { unhandled, kept } = await worker.call("levels", { options });
      assert.deepEqual(unhandled, ["nobody handles it"]);
      assert.equal(kept, true);
      await collector.until(() => collector.names().includes("after failures"));
      // Where awaits are not followed, concurrent spans may belong to the callback, so its level applies to
      // them.
      const beside = storage ? ["beside meta", "beside off"] : ["beside meta"];
      const generated = ["generated", "generated late"];
      const rest = [...generated, "last", "meta", "meta late"];
      const expected = ["after failures", ...beside, ...rest];
      assert.deepEqual(collector.names(), expected);
      const input = (name) =>
        collector.span(name).attributes["lmnr.span.input"];
      for (const name of ["meta", "meta late", ...generated])
        assert.equal(input(name), undefined, name);
      assert.equal(input("last"), "said");
      assert.equal(input("after failures"), "said");
      assert.equal(input("beside meta"), storage ? "said" : undefined);
    });
  });
}
