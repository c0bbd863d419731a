// Each case of bodies/ through `tracedFetch`: the caller gets the same bytes, and the span that arrives at a
// collector is the expected one, however the answer is cut.

import test from "node:test";
import assert from "node:assert/strict";
import { Laminar } from "laminar-edge";
import { tracedFetch } from "laminar-edge/llm";
import { startSession } from "../package/support/session.mjs";
import { startCollector } from "../package/support/collector.mjs";
import { startWorker } from "../package/support/workerd.mjs";
import { cutAtRandom } from "./stand-in/server.mjs";
import { callAs, joined } from "./support/call.mjs";
import { allCases, lookAlikes } from "./support/cases.mjs";
import { wrongWith } from "./support/check.mjs";

const SEED = Number(process.env.SEED ?? 1);
const ONLY = process.env.CASE;

const CUTS = {
  "in one piece": (bytes) => (bytes.length > 0 ? [bytes] : []),
  "byte by byte": (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte)),
  "at random": (bytes, at) => cutAtRandom(SEED * 1_000 + at)(bytes),
};

/** Whether the answer comes in events; a list of Gemini's is one, too. */
const isStream = ({ response, span, body }) =>
  span.attributes["gen_ai.request.stream"] === true &&
  response.status === 200 &&
  body.length > 0 &&
  (!response.contentType.startsWith("application/json") ||
    String(body).startsWith("["));

/** What only JavaScript knows: host, status, times, and who left. */
function wrongAroundIt(span, found) {
  const { attributes } = span;
  const wrong = [];
  if (found.url !== "binding:AI") {
    const { hostname } = new URL(found.url);
    if (attributes["server.address"] !== hostname)
      wrong.push(`server.address: ${attributes["server.address"]}`);
    const status = attributes["http.response.status_code"];
    if (status !== BigInt(found.response.status))
      wrong.push(`http.response.status_code: ${status}`);
  }
  const left = attributes["gen_ai.response.cancelled"] ?? false;
  if (left !== (found.end === "cancelled")) wrong.push(`cancelled: ${left}`);
  const [chunk, token] = ["time_to_first_chunk", "time_to_first_token"].map(
    (key) => attributes[`gen_ai.response.${key}`],
  );
  if (!isStream(found)) {
    if (chunk !== undefined || token !== undefined)
      wrong.push(`times of what is no stream: ${chunk}, ${token}`);
  } else if (found.span.attributes["gen_ai.output.messages"]?.optional !== true)
    if (!(chunk >= 0 && token >= chunk))
      wrong.push(`times: ${chunk}, ${token}`);
  return wrong;
}

/** Every case: `call` takes it and its pieces, and resolves when its span has left. */
async function runAll(t, collector, cut, call) {
  for (const [at, found] of allCases().entries()) {
    if (ONLY && !found.id.includes(ONLY)) continue;
    await t.test(found.id, async () => {
      const before = collector.spans.length;
      const seen = await call(found, cut(found.body, at));
      assert.equal(seen.status, found.response.status);
      assert.equal(seen.contentType, found.response.contentType);
      assert.deepEqual(Buffer.from(seen.bytes), found.body);
      if (found.end === "cancelled")
        assert.ok(seen.told, "the upstream was not told");
      const spans = collector.spans.slice(before);
      assert.equal(spans.length, 1, "one call, one span");
      assert.deepEqual(
        [...wrongWith(spans[0], found.span), ...wrongAroundIt(spans[0], found)],
        [],
      );
    });
  }
}

for (const [manner, cut] of Object.entries(CUTS))
  test(`answers ${manner}`, async (t) => {
    const { collector } = await startSession(t);
    await runAll(t, collector, cut, async (found, pieces) => {
      const { chunks, ...seen } = await callAs(found, pieces);
      await Laminar.flush();
      return { ...seen, bytes: joined(chunks) };
    });
  });

test("answers at random, in workerd", async (t) => {
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

test("look-alikes have no span", async (t) => {
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
