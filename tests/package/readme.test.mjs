// The README's Workers, taken from the README, in workerd.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { test } from "node:test";
import { startCollector } from "./support/collector.mjs";
import { startWorker } from "./support/workerd.mjs";

const read = (path) => readFile(new URL(path, import.meta.url), "utf8");
const example = (markdown) => /```js\n([\s\S]*?)```/.exec(markdown)[1];

test("the README's example answers and its spans arrive", async (t) => {
  const first = example(await read("../../README.md"));
  assert.equal(first, example(await read("../../pkg/README.md")));
  const declarations = await read("../../pkg/index.d.ts");
  const documented = declarations.replaceAll(/^ \* ?/gm, "");
  assert.ok(documented.includes(first.trimEnd()), "index.d.ts shows another");
  assert.deepEqual(await run(t, first), ["answer", "think"]);
});

test("so does the one that flushes by itself", async (t) => {
  const [, section] = (await read("../../README.md")).split(
    "\n## Without initialize, waitUntil and flush\n",
  );
  assert.deepEqual(await run(t, example(section)), ["POST", "answer", "think"]);
});

/** The names of the spans of one request. */
async function run(t, code) {
  const workers = fileURLToPath(new URL("workers", import.meta.url));
  const folder = await mkdtemp(join(workers, "readme-"));
  t.after(() => rm(folder, { recursive: true }));
  // The example leaves the agent to its reader.
  const agent = `
    async function agent(request) {
      const { question } = await request.json();
      return JSON.stringify(await observe({ name: "think" }, async () => question.length));
    }`;
  await writeFile(join(folder, "worker.js"), code + agent);

  const collector = await startCollector(t);
  const source = join(folder.slice(workers.length + 1), "worker.js");
  const worker = await startWorker(t, source, {
    flags: ["nodejs_als"],
    bindings: { LMNR_PROJECT_API_KEY: "key" },
    // The example sends to Laminar: here everything that leaves goes to the collector.
    outbound: collector.url,
  });
  assert.equal(await worker.call("", { question: "why?" }), 4);
  await collector.until(() => collector.requests.length === 1);
  const [request] = collector.requests;
  assert.equal(request.path, "/v1/traces");
  assert.equal(request.key, "key");
  return collector.names();
}
