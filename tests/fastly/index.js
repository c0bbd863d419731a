/// <reference types="@fastly/js-compute" />
import { Laminar, observe } from "laminar-edge";

addEventListener("fetch", (event) => event.respondWith(respond(event)));

async function respond({ request }) {
  const { pathname, searchParams } = new URL(request.url);
  Laminar.initialize({
    projectApiKey: "fastly key",
    baseUrl: searchParams.get("collector"),
    // What nobody answers is tried again within this.
    traceExportTimeoutMillis: 2_000,
  });
  const span = Laminar.startSpan({ name: "answer", input: pathname });
  await observe({ name: "search", parent: span }, async () => "x".repeat(300));
  // Large enough for the memory to grow.
  observe({ name: "read", parent: span }, () => "ü".repeat(500_000));
  span.end();
  const report = await Laminar.flush();
  return Response.json({
    report,
    stats: Laminar.stats(),
    webAssembly: typeof WebAssembly,
  });
}
