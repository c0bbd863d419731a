// Runs every case and compares what its caller saw, and the span that arrived.

import assert from "node:assert/strict";
import { cutAtRandom } from "../stand-in/server.mjs";
import { allCases } from "./cases.mjs";
import { wrongWith } from "./check.mjs";

const SEED = Number(process.env.SEED ?? 1);
const ONLY = process.env.CASE;

/** Ways to cut a body into pieces; `at` is the number of the case. */
export const CUTS = {
  "in one piece": (bytes) => (bytes.length > 0 ? [bytes] : []),
  "byte by byte": (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte)),
  "at random": (bytes, at) => cutAtRandom(SEED * 1_000 + at)(bytes),
};

/** Whether the answer comes in events; Gemini's array of chunks counts as events. */
const isStream = ({ response, span, body }) =>
  span.attributes["gen_ai.request.stream"] === true &&
  response.status === 200 &&
  body.length > 0 &&
  (!response.contentType.startsWith("application/json") ||
    String(body).startsWith("["));

/** Checks what only JavaScript knows: host, status, times, and a cancel. */
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

/** Runs every case: `call` takes it and its pieces, and resolves when its span has been sent. */
export async function runAll(t, collector, cut, call) {
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
