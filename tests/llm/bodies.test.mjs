// Each case of bodies/ through `tracedFetch`: the caller gets the same bytes, and the span that arrives at a
// collector is the expected one, however the answer is cut.

import test from "node:test";
import assert from "node:assert/strict";
import { Laminar } from "laminar-edge";
import { tracedFetch } from "laminar-edge/llm";
import { startSession } from "../package/support/session.mjs";
import { startCollector } from "../package/support/collector.mjs";
import { startWorker } from "../package/support/workerd.mjs";
import { callAs, joined } from "./support/call.mjs";
import { lookAlikes } from "./support/cases.mjs";
import { CUTS, runAll } from "./support/run-all.mjs";

for (const [manner, cut] of Object.entries(CUTS))
  test(`answers ${manner} give the same bytes and the expected span`, async (t) => {
    const { collector } = await startSession(t);
    await runAll(t, collector, cut, async (found, pieces) => {
      const { chunks, ...seen } = await callAs(found, pieces);
      await Laminar.flush();
      return { ...seen, bytes: joined(chunks) };
    });
  });

test("answers cut at random give the same bytes and the expected span, in workerd", async (t) => {
  const collector = await startCollector(t);
  const worker = await startWorker(t, "../../llm/workers/bodies.js");
  const options = { projectApiKey: "key", baseUrl: collector.url };
  await runAll(t, collector, CUTS["at random"], async (found, pieces) => {
    const { base64, ...seen } = await worker.call("/", {
      options,
      found,
      pieces: pieces.map((piece) => Buffer.from(piece).toString("base64")),
    });
    return { ...seen, bytes: Buffer.from(base64, "base64") };
  });
});

test("requests that look like an LLM call have no span", async (t) => {
  const session = await startSession(t);
  for (const { what, method, url, request } of lookAlikes()) {
    const call = tracedFetch({ fetch: async () => Response.json({}) });
    const response = await call(url, {
      method,
      ...(request && { body: JSON.stringify(request) }),
    });
    assert.deepEqual(await response.json(), {});
    const { spans } = await session.delivered();
    assert.deepEqual(spans, [], `${what}: ${method} ${url}`);
  }
});
