// Spans that the program does not flush: they are sent when a batch is full, and after a delay, and `onReport`
// gets the reports.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Laminar } from "laminar-edge";
import { startCollector } from "./support/collector.mjs";
import { assertBalanced } from "./support/ledger.mjs";
import { startSession } from "./support/session.mjs";

const record = (...names) => {
  for (const name of names) Laminar.startSpan({ name }).end();
};
const numbered = (count) => Array.from({ length: count }, (_, i) => `n${i}`);
const settled = async () => {
  while (Laminar.stats().inFlight > 0)
    await new Promise((resolve) => setTimeout(resolve, 10));
};

test("a full batch is sent without a flush, and the rest stays", async (t) => {
  const reports = [];
  const { collector, change } = await startSession(t, {
    maxExportBatchSize: 4,
    onReport: (report) => reports.push(report),
  });
  record(...numbered(9));
  await collector.until(() => collector.spans.length === 8);
  await settled();
  assert.deepEqual(change(), { recorded: 9, exported: 8, buffered: 1 });
  assert.ok(collector.requests.every(({ spans }) => spans.length === 4));
  assert.equal(
    reports.reduce((sum, report) => sum + report.exported, 0),
    8,
  );
  assert.ok(reports.every(({ ok }) => ok));
});

test("a batch is also full by its bytes", async (t) => {
  const { collector } = await startSession(t, {
    maxExportBatchSizeBytes: 8_192,
  });
  for (let i = 0; i < 6; i++)
    Laminar.startSpan({ name: `n${i}`, input: "x".repeat(3_000) }).end();
  await collector.until(() => collector.spans.length >= 4);
  await settled();
  assert.ok(collector.requests.every(({ bytes }) => bytes.length <= 8_192));
});

test("a delay that no timer can count is a long one", async (t) => {
  const warnings = [];
  const noted = (warning) => warnings.push(warning.name);
  process.on("warning", noted);
  t.after(() => process.off("warning", noted));
  for (const scheduledDelayMillis of [2 ** 31, Infinity]) {
    const { change } = await startSession(t, { scheduledDelayMillis });
    record("waits");
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(change(), { recorded: 1, buffered: 1 });
    await Laminar.shutdown();
  }
  assert.deepEqual(warnings, []);
});

test("waiting spans are sent after the delay, and later ones after the next", async (t) => {
  const { collector } = await startSession(t, { scheduledDelayMillis: 50 });
  record("first");
  await collector.until(() => collector.names().includes("first"));
  await settled();
  record("second");
  await collector.until(() => collector.names().includes("second"));
  assert.equal(collector.requests.length, 2);
});

test("disableBatch sends each span as it ends", async (t) => {
  const { collector } = await startSession(t, { disableBatch: true });
  record("alone");
  await collector.until(() => collector.spans.length === 1);
  await settled();
  record(...numbered(20));
  await collector.until(() => collector.spans.length === 21);
  await settled();
  assertBalanced(Laminar.stats());
  // Spans that end while a request is under way are sent together in the next one.
  assert.ok(collector.requests.length < 21);
});

test("flush waits for batches that were sent without it", async (t) => {
  const { collector } = await startSession(t, { maxExportBatchSize: 2 });
  let open;
  const gate = new Promise((resolve) => (open = resolve));
  collector.behave({ gate });
  record("a", "b");
  await collector.until(() => collector.requests.length === 1);
  const flush = Laminar.flush();
  setTimeout(open, 200);
  const report = await flush;
  assert.equal(report.ok, true);
  assert.equal(report.attempts, 0);
  assert.deepEqual(collector.names(), ["a", "b"]);
});

test("an onReport that throws breaks nothing", async (t) => {
  const { collector } = await startSession(t, {
    maxExportBatchSize: 1,
    onReport() {
      throw new Error("of the program");
    },
  });
  record("a");
  await collector.until(() => collector.spans.length === 1);
  await settled();
  record("b");
  await collector.until(() => collector.spans.length === 2);
});

/** Runs a program to its natural end. */
function run(source, env) {
  const began = Date.now();
  const child = spawn(
    process.execPath,
    ["--input-type=module", "--eval", source],
    {
      env: { ...process.env, ...env },
      cwd: fileURLToPath(new URL(".", import.meta.url)),
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => (output += text));
  return new Promise((resolve) =>
    child.on("close", (code) =>
      resolve({ code, output, ms: Date.now() - began }),
    ),
  );
}

const PROGRAM = `
  import { Laminar, observe } from "laminar-edge";
  Laminar.initialize({ projectApiKey: "k", baseUrl: process.env.COLLECTOR });
  for (const name of ["a", "b"]) observe({ name }, () => 1);
`;

test("a script that ends without a flush ends at once, and one warning has the count", async (t) => {
  const collector = await startCollector(t);
  const { code, output, ms } = await run(PROGRAM, { COLLECTOR: collector.url });
  assert.equal(code, 0);
  assert.equal(output.match(/2 spans unsent/g)?.length, 1, output);
  // The delay is five seconds, so its timer did not keep the process alive.
  assert.ok(ms < 4_500, `${ms} ms`);
  assert.equal(collector.requests.length, 0);
});

test("a script that flushes causes no warning", async (t) => {
  const collector = await startCollector(t);
  const { code, output } = await run(`${PROGRAM}; await Laminar.flush();`, {
    COLLECTOR: collector.url,
  });
  assert.deepEqual([code, output], [0, ""]);
  assert.deepEqual(collector.names(), ["a", "b"]);
});
