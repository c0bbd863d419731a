// How requests are made: which fetch and headers they use, whether they are compressed, and how many run at a
// time.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Laminar, observe } from "laminar-edge";
import { gate } from "./support/collector.mjs";
import { assertBalanced } from "./support/ledger.mjs";
import { startSession } from "./support/session.mjs";

const record = (...names) => {
  for (const name of names) Laminar.startSpan({ name }).end();
};

test("the fetch option gets a Request, and records no spans inside", async (t) => {
  const seen = [];
  const { collector, change } = await startSession(t, {
    fetch: (request) =>
      observe({ name: "export" }, async () => {
        seen.push([request.method, request.redirect, new URL(request.url)]);
        await observe({ name: "inner" }, async () => 1);
        return fetch(request);
      }),
  });
  record("a");
  assert.equal((await Laminar.flush()).exported, 1);
  const [[method, redirect, { pathname }]] = seen;
  assert.deepEqual(
    [method, redirect, pathname],
    ["POST", "manual", "/v1/traces"],
  );
  assert.deepEqual(collector.names(), ["a"]);
  assert.deepEqual(change(), { recorded: 1, exported: 1 });
});

test("a fetch option that throws or returns nonsense loses no span and does not throw", async (t) => {
  const answers = [
    () => {
      throw new Error("no");
    },
    () => undefined,
    () => 7,
    () => ({ status: "fine" }),
    async () => ({ status: 200 }),
  ];
  const { collector } = await startSession(t, {
    traceExportTimeoutMillis: 400,
    fetch: () => answers.shift()(),
  });
  record("a");
  const report = await Laminar.flush();
  assertBalanced(Laminar.stats());
  assert.equal(report.ok, false);
  assert.equal(collector.requests.length, 0);
});

test("the headers option is sent, and its authorization replaces the key", async (t) => {
  const { collector } = await startSession(t, {
    headers: { "X-Team": "a", "content-type": "text/plain" },
  });
  record("one");
  await Laminar.flush();
  Laminar.initialize({
    projectApiKey: "key",
    baseUrl: collector.url,
    headers: [["Authorization", "Basic abc"]],
  });
  record("two");
  await Laminar.flush();
  const [one, two] = collector.requests.map(({ headers }) => headers);
  assert.equal(one["x-team"], "a");
  assert.equal(one["content-type"], "application/x-protobuf");
  assert.match(one.authorization, /^Bearer key of/);
  assert.equal(two["x-team"], undefined);
  assert.equal(two.authorization, "Basic abc");
});

test("gzip compresses the body, and the same spans arrive", async (t) => {
  const { collector } = await startSession(t, { compression: "gzip" });
  const span = Laminar.startSpan({
    name: "a",
    input: "all alike ".repeat(500),
  });
  span.end();
  const report = await Laminar.flush();
  const [request] = collector.requests;
  assert.equal(request.headers["content-encoding"], "gzip");
  assert.ok(request.bytes.length < 1_500, `${request.bytes.length}`);
  assert.equal(report.bytes, request.bytes.length);
  assert.equal(
    collector.span("a").attributes["lmnr.span.input"],
    "all alike ".repeat(500),
  );
});

test("without CompressionStream the body is sent uncompressed", async (t) => {
  const { CompressionStream } = globalThis;
  t.after(() => (globalThis.CompressionStream = CompressionStream));
  const { collector } = await startSession(t, { compression: "gzip" });
  globalThis.CompressionStream = undefined;
  record("a");
  assert.equal((await Laminar.flush()).exported, 1);
  assert.equal(collector.requests[0].headers["content-encoding"], undefined);
});

for (const [maxConcurrentExports, expected] of [
  [undefined, 1],
  [3, 3],
  [100, 4],
]) {
  test(`maxConcurrentExports ${maxConcurrentExports}: ${expected} at a time`, async (t) => {
    const hold = gate();
    const { collector } = await startSession(t, {
      maxExportBatchSize: 1,
      maxConcurrentExports,
      // Only the flush may send.
      scheduledDelayMillis: 60_000,
    });
    let now = 0;
    let most = 0;
    collector.behave(() => {
      most = Math.max(most, ++now);
      return { gate: hold.promise.then(() => now--) };
    });
    record("a", "b", "c", "d", "e", "f");
    const flush = Laminar.flush();
    // The first full batch was exported in the background; the flush sends meanwhile.
    await collector.until(() => collector.requests.length > expected);
    await new Promise((resolve) => setTimeout(resolve, 50));
    hold.open();
    await flush;
    assert.equal(collector.spans.length, 6);
    assert.equal(most, expected + 1);
  });
}

test("debug logs why nothing arrives", async (t) => {
  const said = t.mock.method(console, "log", () => {});
  t.after(() => Laminar.initialize({ projectApiKey: "k", debug: false }));
  const { collector } = await startSession(t, {
    debug: true,
    traceExportTimeoutMillis: 300,
  });
  collector.behave({ status: 503, body: "try later" });
  record("a");
  await Laminar.flush();
  const lines = said.mock.calls.map(({ arguments: words }) => words.join(" "));
  assert.ok(lines.some((line) => line.includes(`${collector.url}/v1/traces`)));
  assert.ok(lines.some((line) => line.includes("503 try later")));
  assert.ok(lines.every((line) => !line.includes("key of")));
  collector.behave({});
});
