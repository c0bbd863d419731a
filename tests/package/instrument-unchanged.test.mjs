// instrument changes nothing that the host or a client can see, in real workerd.

import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { startCollector } from "./support/collector.mjs";
import { assertBalanced } from "./support/ledger.mjs";
import { startWorker } from "./support/workerd.mjs";

const RUNS = Number(process.env.INSTRUMENT_RUNS ?? 150);

async function start(t) {
  const collector = await startCollector(t);
  const upstream = await startUpstream(t);
  const worker = await startWorker(t, "instrument-raw.js", {
    bindings: {
      LMNR_PROJECT_API_KEY: "key",
      LMNR_BASE_URL: collector.url,
      UPSTREAM: upstream,
    },
  });
  return { collector, worker };
}

/** Answers like the servers behind a Worker. */
async function startUpstream(t) {
  const text = "what was said elsewhere ".repeat(40);
  const server = createServer(({ url }, response) => {
    if (url === "/gzip") {
      response.setHeader("content-encoding", "gzip");
      response.end(gzipSync(text));
    } else if (url === "/length") {
      response.setHeader("content-length", text.length);
      response.end(text);
    } else {
      response.write(text);
      setTimeout(() => response.end(text), 5);
    }
  });
  // A connection that Node closes just when workerd uses it again would fail one of the two.
  server.keepAliveTimeout = 0;
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

test("a handler and its caller notice nothing", async (t) => {
  const { collector, worker } = await start(t);
  const seen = await (await fetch(new URL("facts", worker.url))).json();
  const { ledger, class: ofClass, subclass, ...rest } = seen;
  for (const [name, fact] of Object.entries(rest))
    assert.equal(fact, name.startsWith("waitUntil") ? 1 : true, name);
  assert.deepEqual(ofClass, [
    "Counter",
    "by hand",
    true,
    true,
    true,
    "1",
    4,
    4,
    0,
    "add,constructor,fetch",
  ]);
  assert.deepEqual(subclass, [
    "a field",
    "no method",
    "a",
    2,
    2,
    "by hand",
    true,
    true,
  ]);
  assert.equal(Object.keys(rest).length, 21);
  assertBalanced(ledger);
  await collector.until(() => collector.names().includes("Counter.add"));
});

const text = fc.string({ unit: "grapheme", maxLength: 40 });
const plan = fc.record({
  method: fc.constantFrom("GET", "POST", "HEAD", "PURGE"),
  status: fc.constantFrom(200, 201, 206, 404, 418, 500, 503, 599),
  statusText: fc.constantFrom("", "Fine", "Not so fine"),
  headers: fc.dictionary(
    fc.constantFrom("content-type", "cache-control", "x-one", "x-two", "vary"),
    fc
      .stringMatching(/^[a-z0-9;=, /-]{1,20}$/)
      .map((value) => value.trim() || "a"),
    { noNullPrototype: true },
  ),
  cookies: fc.array(fc.stringMatching(/^[a-z]{1,5}=[a-z0-9]{1,9}$/), {
    maxLength: 3,
  }),
  body: fc.constantFrom(
    ...["none", "text", "bytes", "fixed", "native", "gzip", "stream"],
  ),
  chunks: fc.array(text, { maxLength: 6 }),
  failsAfter: fc.option(fc.nat(3), { nil: undefined }),
  throws: fc.option(fc.constantFrom("error", "value"), {
    nil: undefined,
    freq: 9,
  }),
  message: fc.string({ maxLength: 10 }),
  proxy: fc.option(fc.constantFrom("/gzip", "/length", "/chunked"), {
    nil: undefined,
    freq: 6,
  }),
});
const special = fc.oneof(
  { weight: 6, arbitrary: plan },
  fc.tuple(plan, fc.constantFrom(204, 205, 304)).map(([rest, status]) => ({
    ...rest,
    status,
    body: "none",
  })),
  fc
    .tuple(plan, fc.constantFrom(301, 302, 303, 307, 308))
    .map(([rest, status]) => ({
      ...rest,
      status,
      redirect: "https://example.com/",
    })),
);

test("a client gets the same response", async (t) => {
  const { collector, worker } = await start(t);
  let asked = 0;
  await fc.assert(
    fc.asyncProperty(
      special,
      fc.constantFrom("sync", "async", "sync/fields", "async/fields"),
      async (given, kind) => {
        const [raw, wrapped] = await Promise.all(
          ["raw", "wrapped"].map((way) => ask(worker, `${way}/${kind}`, given)),
        );
        assert.deepEqual(wrapped, raw);
        asked++;
      },
    ),
    { numRuns: RUNS },
  );
  await collector
    .until(() => collector.spans.length === asked)
    .catch(() => {
      assert.equal(collector.spans.length, asked);
    });
  t.diagnostic(`${asked} responses compared`);
});

/** Returns the response byte by byte. */
function ask({ url }, path, { method, ...given }) {
  return new Promise((resolve) => {
    const plan = Buffer.from(
      JSON.stringify(given).replace(
        /[^\x20-\x7e]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
      ),
    ).toString();
    // Each request has a connection of its own, because workerd closes some after an exception.
    const agent = false;
    const headers = { plan };
    const asking = request(new URL(path, url), { agent, method, headers });
    asking.on("error", ({ code }) => resolve({ code }));
    asking.on("response", (response) => {
      const { statusCode, statusMessage, rawHeaders } = response;
      const chunks = [];
      const done = (end) =>
        resolve({
          statusCode,
          statusMessage,
          headers: rawHeaders.filter(
            (_, i) => rawHeaders[i - (i % 2)] !== "Date",
          ),
          // Stacks contain a handler's position in the bundle.
          body:
            statusCode === 500 ? "" : Buffer.concat(chunks).toString("latin1"),
          end,
        });
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => done("ended"));
      response.on("error", () => done("failed"));
    });
    asking.end();
  });
}
