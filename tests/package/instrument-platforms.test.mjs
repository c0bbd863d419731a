// Platforms that do not pass their waitUntil to handlers, like Supabase and Vercel: instrument looks it up.
// They are defined before the package is imported, as on the platform.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startCollector } from "./support/collector.mjs";

const VERCEL = Symbol.for("@vercel/request-context");
globalThis.EdgeRuntime = "none of Supabase's";
const { instrument, Laminar } = await import("laminar-edge");

const platforms = {
  Supabase: (waitUntil) => (globalThis.EdgeRuntime = { waitUntil }),
  Vercel: (waitUntil) => (globalThis[VERCEL] = { get: () => ({ waitUntil }) }),
};

for (const [name, provide] of Object.entries(platforms))
  test(`${name} is asked to wait, once, and the span arrives`, async (t) => {
    const collector = await startCollector(t);
    const waited = [];
    provide((promise) => waited.push(promise));
    const GET = instrument((request) => new Response(request.url), {
      initialize: { projectApiKey: "k", baseUrl: collector.url },
    });
    const response = await GET(new Request("https://example.com/"));
    assert.equal(waited.length, 1);
    await response.text();
    await waited[0];
    assert.deepEqual(collector.names(), ["GET"]);
    await Laminar.shutdown();
  });
