import test from "node:test";
import assert from "node:assert/strict";
import { startCollector } from "../../tests/package/support/collector.mjs";
import { startServer } from "../support/server.mjs";

// The npm package only fetches this, which its install script would do.
const SERVER = {
  folder: import.meta.dirname,
  command: [
    "./node_modules/@deno/linux-x64-glibc/deno",
    "run",
    "--allow-net",
    "--allow-env",
    "src/main.js",
  ],
};

test("requests are traces, and all are sent at the end", async (t) => {
  const collector = await startCollector(t);
  const server = await startServer(t, collector, SERVER);
  const address = server.url.replace("0.0.0.0", "127.0.0.1");
  const ask = async (question) =>
    (await fetch(`${address}/?q=${question}`)).text();
  assert.equal(await ask("why"), "why? Because.");
  await collector.until(() => collector.spans.length === 2);
  assert.equal(
    collector.span("answer").parentSpanId,
    collector.span("GET").spanId,
  );

  await ask("when");
  server.kill("SIGTERM");
  assert.equal(await server.over, 0);
  assert.equal(collector.spans.length, 4);
});
