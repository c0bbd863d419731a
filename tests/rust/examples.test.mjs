// The examples in Rust: what they record arrives.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startCollector } from "../package/support/collector.mjs";
import { startWorker } from "../package/support/workerd.mjs";

const HOST = fileURLToPath(
  new URL(
    "../../target/examples/release/laminar-edge-example-host",
    import.meta.url,
  ),
);

function assertTrace(spans, input) {
  const [search, answer] = ["search", "answer"].map((name) =>
    spans.find((span) => span.name === name),
  );
  assert.equal(spans.length, 2);
  assert.equal(search.traceId, answer.traceId);
  assert.equal(search.parentSpanId, answer.spanId);
  assert.equal(answer.parentSpanId, "");
  assert.equal(answer.attributes["lmnr.span.input"], input);
  const now = BigInt(Date.now()) * 1_000_000n;
  for (const { start, end } of spans) {
    assert.ok(start <= end && end <= now, `${start} ${end}`);
    assert.ok(now - start < 600_000_000_000n, `${start}`);
  }
}

const runHost = (url) =>
  promisify(execFile)(HOST, {
    env: { LMNR_BASE_URL: url, LMNR_PROJECT_API_KEY: "host key" },
  });

test("a host program", async (t) => {
  const collector = await startCollector(t);
  const { stdout } = await runHost(collector.url);
  assert.match(stdout, /recorded: 2.*exported: 2/);
  assert.equal(collector.requests.length, 1);
  assert.equal(collector.requests[0].key, "host key");
  assertTrace(collector.spans, "What is a span?");
});

test("a host program whose collector turns it away", async (t) => {
  const collector = await startCollector(t);
  collector.behave({ status: 503 });
  const { stdout } = await runHost(collector.url);
  assert.match(stdout, /recorded: 2, buffered: 2/);
});

test("a Worker, in workerd, after its answer", async (t) => {
  const collector = await startCollector(t);
  const worker = await startWorker(
    t,
    "../../../target/examples/worker/entry.js",
    {
      bindings: {
        LMNR_BASE_URL: collector.url,
        LMNR_PROJECT_API_KEY: "worker key",
      },
    },
  );
  let open;
  collector.behave({ gate: new Promise((resolve) => (open = resolve)) });
  const response = await fetch(new URL("/question", worker.url));
  // The collector has not answered yet.
  assert.equal(await response.text(), "answered");
  assert.equal(collector.answered, 0);
  open();
  await collector.until(() => collector.answered === 1);
  assert.equal(collector.requests[0].key, "worker key");
  assertTrace(collector.spans, "/question");

  // What could not be sent leaves with the next request.
  collector.behave({ status: 503 });
  await fetch(new URL("/kept", worker.url));
  await collector.until(() => collector.answered === 2);
  collector.behave({});
  await fetch(new URL("/later", worker.url));
  await collector.until(() => collector.spans.length === 6);
});
