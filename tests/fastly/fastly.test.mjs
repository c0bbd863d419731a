// The package in Fastly's own JavaScript runtime, where there is no WebAssembly, under its own
// local server, viceroy.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { startCollector } from "../package/support/collector.mjs";
import { assertBalanced } from "../package/support/ledger.mjs";
import { freePort } from "../package/support/port.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

async function startViceroy(t) {
  const address = `127.0.0.1:${await freePort()}`;
  const viceroy = spawn(
    path("../../.tools/bin/viceroy"),
    [
      "serve",
      "-C",
      path("./fastly.toml"),
      "--addr",
      address,
      path("../../target/fastly.wasm"),
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  t.after(() => viceroy.kill());
  const gaveUpAt = Date.now() + 120_000;
  for (;;) {
    try {
      return await ask(address, "/", "http://127.0.0.1:1");
    } catch (error) {
      if (Date.now() > gaveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  async function ask(address, pathname, collector) {
    const url = `http://${address}${pathname}?collector=${collector}`;
    const answer = await (await fetch(url)).json();
    return { answer, ask: (...where) => ask(address, ...where) };
  }
}

test("Fastly", async (t) => {
  const collector = await startCollector(t);
  const dead = await startViceroy(t);
  assert.equal(dead.answer.webAssembly, "undefined");
  // Nobody listens there: the report says so, and nothing else happens.
  assert.equal(dead.answer.report.ok, false);
  assert.equal(dead.answer.report.pending, 3);
  assertBalanced(dead.answer.stats);

  const { answer } = await dead.ask("/question", collector.url);
  assert.equal(answer.report.ok, true, JSON.stringify(answer));
  assert.equal(answer.report.exported, 3);
  assertBalanced(answer.stats);
  assert.equal(collector.requests[0].key, "fastly key");
  assert.deepEqual(collector.names(), ["answer", "read", "search"]);
  const parent = collector.span("answer");
  assert.equal(parent.attributes["lmnr.span.input"], "/question");
  assert.equal(
    collector.span("read").attributes["lmnr.span.output"],
    "ü".repeat(500_000),
  );
  for (const name of ["read", "search"])
    assert.equal(collector.span(name).parentSpanId, parent.spanId);
});
