// Each case of bodies/ through `tracedFetch`: the caller gets the same bytes, and the span that arrives at a
// collector is the expected one, however the answer is cut.

import test from "node:test";
import assert from "node:assert/strict";
import { Laminar } from "laminar-edge";
import { tracedFetch, wrapWorkersAI } from "laminar-edge/llm";
import { startSession } from "../package/support/session.mjs";
import { cutAtRandom } from "./stand-in/server.mjs";
import { allCases, lookAlikes } from "./support/cases.mjs";
import { wrongWith } from "./support/check.mjs";

const SEED = Number(process.env.SEED ?? 1);
const ONLY = process.env.CASE;

const CUTS = {
  "in one piece": (bytes) => (bytes.length > 0 ? [bytes] : []),
  "byte by byte": (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte)),
  "at random": (bytes, at) => cutAtRandom(SEED * 1_000 + at)(bytes),
};

/** A body that gives `pieces` as it is asked for them; with `open` it never ends. */
function bodyOf(pieces, open) {
  let at = 0;
  let cancelled = false;
  const stream = new ReadableStream(
    {
      pull(controller) {
        if (at < pieces.length)
          controller.enqueue(new Uint8Array(pieces[at++]));
        else if (!open) controller.close();
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, wasCancelled: () => cancelled };
}

/** Calls as the case says, and reads what its reader would; returns what the caller saw. */
async function callOf(found, pieces) {
  const { status, contentType, headers } = found.response;
  const upstream = bodyOf(pieces, found.end === "cancelled");
  if (found.url === "binding:AI") {
    const binding = wrapWorkersAI({
      run: async () => JSON.parse(found.body),
    });
    const result = await binding.run(
      found.call.model,
      JSON.parse(found.requestText),
    );
    return { bytes: Buffer.from(JSON.stringify(result)), status };
  }
  const call = tracedFetch({
    fetch: async () =>
      new Response(upstream.stream, {
        status,
        headers: { "content-type": contentType, ...headers },
      }),
  });
  const response = await call(found.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: "Bearer planted-key",
      "x-api-key": "planted-key",
      "x-goog-api-key": "planted-key",
      cookie: "planted=planted",
    },
    body: found.requestText,
  });
  assert.equal(response.headers.get("content-type"), contentType);
  const chunks = [];
  const reader = response.body.getReader();
  const total = Buffer.concat(pieces).length;
  for (let length = 0; ;) {
    if (found.end === "cancelled" && length === total) break;
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  if (found.end === "cancelled") {
    await reader.cancel();
    assert.ok(upstream.wasCancelled(), "the upstream was not told");
  }
  return { bytes: Buffer.concat(chunks), status: response.status };
}

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
  for (const key of ["time_to_first_chunk", "time_to_first_token"]) {
    const value = attributes[`gen_ai.response.${key}`];
    if (value !== undefined && !(typeof value === "number" && value >= 0))
      wrong.push(`${key}: ${value}`);
  }
  return wrong;
}

for (const [manner, cut] of Object.entries(CUTS))
  test(`answers ${manner}`, async (t) => {
    const session = await startSession(t);
    for (const [at, found] of allCases().entries()) {
      if (ONLY && !found.id.includes(ONLY)) continue;
      await t.test(found.id, async () => {
        const before = session.collector.spans.length;
        const seen = await callOf(found, cut(found.body, at));
        assert.equal(seen.status, found.response.status);
        if (found.url !== "binding:AI")
          assert.deepEqual(seen.bytes, found.body);
        await Laminar.flush();
        const spans = session.collector.spans.slice(before);
        assert.equal(spans.length, 1, "one call, one span");
        assert.deepEqual(
          [
            ...wrongWith(spans[0], found.span),
            ...wrongAroundIt(spans[0], found),
          ],
          [],
        );
      });
    }
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
