// The examples in Rust: what they record arrives.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startCollector } from "../package/support/collector.mjs";
import { decodeResource } from "../package/support/decode.mjs";
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
  assert.equal(search.attributes["lmnr.span.type"], "TOOL");
  assert.deepEqual(search.attributes["lmnr.span.path"], ["answer", "search"]);
  assert.equal(answer.attributes["lmnr.span.instrumentation_source"], "rust");
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

const startExample = (t, collector) =>
  startWorker(t, "../../../target/examples/worker/entry.js", {
    bindings: {
      LMNR_BASE_URL: collector.url,
      LMNR_PROJECT_API_KEY: "worker key",
    },
  });

test("a host program sends spans of tracing and of OpenTelemetry", async (t) => {
  const collector = await startCollector(t);
  const { stdout } = await runHost(collector.url);
  assert.match(stdout, /ok: true, exported: 4/);
  assert.match(stdout, /recorded: 4.*exported: 4/);
  assert.equal(collector.requests.length, 1);
  assert.equal(collector.requests[0].key, "host key");
  const [step, work] = ["step", "work"].map((name) => collector.span(name));
  assert.equal(step.parentSpanId, work.spanId);
  assertTrace(
    collector.spans.filter((span) => ![step, work].includes(span)),
    "What is a span?",
  );
  const answer = collector.span("answer");
  assert.equal(answer.attributes["lmnr.span.output"], "A piece of work.");
});

test("a host program retries after a 503", async (t) => {
  const collector = await startCollector(t);
  collector.behave(() =>
    collector.requests.length > 1 ? {} : { status: 503 },
  );
  const { stdout } = await runHost(collector.url);
  assert.match(stdout, /exported: 4/);
  assert.equal(collector.requests.length, 2);
});

test("a host program reports a refused key", async (t) => {
  const collector = await startCollector(t);
  collector.behave({ status: 401 });
  const { stdout } = await runHost(collector.url);
  assert.match(stdout, /rejected: 4.*HTTP 401/);
});

test("a Worker sends its spans after its answer, in workerd", async (t) => {
  const collector = await startCollector(t);
  const worker = await startExample(t, collector);
  let open;
  collector.behave({ gate: new Promise((resolve) => (open = resolve)) });
  const response = await fetch(new URL("/question", worker.url));
  // The collector has not answered yet.
  assert.equal(await response.text(), "answered");
  assert.equal(collector.answered, 0);
  open();
  await collector.until(() => collector.answered === 1);
  const [{ key, bytes }] = collector.requests;
  assert.equal(key, "worker key");
  assert.equal(decodeResource(bytes)["telemetry.sdk.language"], "rust");
  assertTrace(collector.spans, "/question");

  // What did not arrive is tried again within the flush, as in the npm package.
  collector.behave([{ status: 503 }, {}]);
  await fetch(new URL("/again", worker.url));
  await collector.until(() => collector.answered === 3);
  assert.equal(collector.spans.length, 4);
});

test("concurrent requests of a Worker keep their spans apart", async (t) => {
  const collector = await startCollector(t);
  const worker = await startExample(t, collector);
  const paths = Array.from({ length: 20 }, (_, at) => `/${at}`);
  await Promise.all(
    paths.map(async (path) => {
      const response = await fetch(new URL(path, worker.url));
      assert.equal(await response.text(), "answered");
    }),
  );
  await collector.until(() => collector.spans.length === 40);
  for (const path of paths) {
    const answer = collector.spans.find(
      ({ attributes }) => attributes["lmnr.span.input"] === path,
    );
    const trace = collector.spans.filter(
      ({ traceId }) => traceId === answer.traceId,
    );
    assertTrace(trace, path);
  }
  // Each left in one request only.
  const ids = collector.spans.map(({ spanId }) => spanId);
  assert.equal(new Set(ids).size, 40);
});

test("a Worker in Rust exports nothing of the package", async () => {
  const glue = await readFile(
    new URL(
      "../../target/examples/worker/laminar_edge_example_worker_bg.js",
      import.meta.url,
    ),
    "utf8",
  );
  const functions = glue.matchAll(
    /^export (?:function (\w+)|\{ \w+ as (\w+) \})/gm,
  );
  const names = [...functions]
    .map(([, name, renamed]) => name ?? renamed)
    .filter((name) => !name.startsWith("__"));
  assert.deepEqual(names, ["fetch"]);
});

test("docs/rust.md shows lines of the examples and of a doc test", async () => {
  const read = (path) =>
    readFile(new URL(`../../${path}`, import.meta.url), "utf8");
  const linesOf = (text) => text.split("\n").map((line) => line.trim());
  const examples = await Promise.all(
    [
      "examples/rust/host/src/main.rs",
      "examples/rust/worker/src/lib.rs",
      "src/program/options.rs",
    ].map(read),
  );
  const known = new Set(
    examples.flatMap(linesOf).map((line) => line.replace(/^\/\/\/ */, "")),
  );
  const blocks = [
    ...(await read("docs/rust.md")).matchAll(/^```rust\n(.*?)^```/gms),
  ];
  assert.ok(blocks.length >= 3);
  const shown = blocks.flatMap(([, code]) => linesOf(code));
  assert.deepEqual(
    shown.filter((line) => !known.has(line)),
    [],
  );
});
