// Without AsyncLocalStorage there is a warning at the first span that cannot find its parent.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startCollector } from "./support/collector.mjs";
import { MODES, startWorker } from "./support/workerd.mjs";

for (const [mode, { flags, storage }] of Object.entries(MODES))
  test(`with ${mode} there is ${storage ? "no warning" : "one warning, with the name of the flag"}`, async (t) => {
    const collector = await startCollector(t);
    const worker = await startWorker(t, "app.js", { flags });
    const options = { projectApiKey: "k", baseUrl: collector.url };
    for (let times = 0; times < 3; times++)
      await worker.call("nested", { options });
    const { said } = await worker.call("state");
    const lines = said.flat().filter((line) => /AsyncLocalStorage/.test(line));
    assert.equal(lines.length, storage ? 0 : 1, said.join("\n"));
    for (const line of lines) assert.match(line, /nodejs_als/);
  });
