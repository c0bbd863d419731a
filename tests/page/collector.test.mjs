// The demo's collector: what it refuses, what it keeps, and what it passes on.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { after, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { startCollector } from "../../www/collector.mjs";
import { startDemo } from "../../www/demo/start.mjs";

const require = createRequire(import.meta.url);
const {
  opentelemetry,
} = require("@opentelemetry/otlp-transformer/build/src/generated/root");
const { ExportTraceServiceRequest } = opentelemetry.proto.collector.trace.v1;

const TRACE = "0123456789abcdef0123456789abcdef";
const BODY = Buffer.from(
  ExportTraceServiceRequest.encode({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: [
              {
                traceId: Buffer.from(TRACE, "hex"),
                spanId: Buffer.from("0123456789abcdef", "hex"),
                name: "one",
                startTimeUnixNano: { low: 1, high: 2, unsigned: true },
                endTimeUnixNano: { low: 2, high: 2, unsigned: true },
                attributes: [
                  { key: "int", value: { intValue: 7 } },
                  { key: "double", value: { doubleValue: 0.5 } },
                  { key: "bool", value: { boolValue: false } },
                  {
                    key: "list",
                    value: { arrayValue: { values: [{ stringValue: "a" }] } },
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  }).finish(),
);

const post = (url, { key = "k", body = BODY, headers = {} } = {}) =>
  fetch(`${url}/v1/traces`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/x-protobuf",
      ...headers,
    },
    body,
  });

describe("the collector", { timeout: 60_000 }, () => {
  const stops = [];
  after(() => Promise.all(stops.map((stop) => stop())));
  const start = async (options) => {
    const collector = await startCollector(options);
    stops.push(collector.stop);
    return collector;
  };

  test("keeps what it is sent and serves it as JSON", async () => {
    const { url } = await start({ key: "k" });
    assert.equal((await post(url)).status, 200);
    const trace = await (await fetch(`${url}/api/traces/${TRACE}`)).json();
    const [span] = trace.spans;
    assert.equal(span.spanId, "0123456789abcdef");
    assert.equal(span.startTimeUnixNano, "8589934593");
    assert.deepEqual(span.attributes, {
      int: 7,
      double: 0.5,
      bool: false,
      list: ["a"],
    });
    const list = await (await fetch(`${url}/api/traces`)).json();
    assert.deepEqual(
      list.map(({ name, spans }) => ({ name, spans })),
      [{ name: "one", spans: 1 }],
    );
  });

  test("accepts gzip, and counts the bytes after decompression", async () => {
    const { url, store } = await start({ key: "k" });
    const headers = { "content-encoding": "gzip" };
    const small = await post(url, { body: gzipSync(BODY), headers });
    assert.equal(small.status, 200);
    assert.equal(store.list().length, 1);
    const bomb = gzipSync(Buffer.alloc(6 * 1024 * 1024));
    assert.equal((await post(url, { body: bomb, headers })).status, 413);
  });

  test("refuses a wrong key, garbage and a body too large", async () => {
    const { url, store } = await start({ key: "k" });
    assert.equal((await post(url, { key: "other" })).status, 401);
    assert.equal((await post(url, { body: "garbage" })).status, 400);
    const large = Buffer.alloc(6 * 1024 * 1024);
    assert.equal((await post(url, { body: large })).status, 413);
    assert.equal(store.list().length, 0);
  });

  // Replaces Laminar: accepts one key and keeps the requests.
  const startUpstream = async () => {
    const seen = [];
    const server = createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      seen.push({ request, body: Buffer.concat(chunks) });
      const right = request.headers.authorization === "Bearer theirs";
      response.writeHead(right ? 200 : 401, { "retry-after": "7" });
      response.end(right ? "" : "said upstream");
    });
    await new Promise((done) => server.listen(0, "127.0.0.1", done));
    stops.push(() => server.close());
    return { seen, url: `http://127.0.0.1:${server.address().port}/base/` };
  };

  test("passes a request on unchanged to an upstream", async () => {
    const { seen, url: upstream } = await startUpstream();
    const { url, store } = await start({ key: "theirs", upstream });

    const refused = await post(url, { key: "wrong" });
    assert.equal(refused.status, 401);
    assert.equal(refused.headers.get("retry-after"), "7");
    assert.equal(await refused.text(), "said upstream");
    assert.equal(store.list().length, 0);

    assert.equal((await post(url, { key: "theirs" })).status, 200);
    assert.equal(store.list().length, 1);
    const { request, body } = seen[1];
    assert.equal(request.url, "/base/v1/traces");
    assert.equal(request.headers["content-type"], "application/x-protobuf");
    assert.ok(body.equals(BODY));
  });

  test("forwards spans to Laminar with a key in the environment", async () => {
    const { seen, url: upstream } = await startUpstream();
    const env = { LMNR_PROJECT_API_KEY: "theirs", LMNR_BASE_URL: upstream };
    const demo = await startDemo({ env });
    stops.push(demo.stop);
    const body = JSON.stringify({ question: "Why is the sky blue?" });
    await (await fetch(`${demo.url}/api/ask`, { method: "POST", body })).text();
    const report = await (
      await fetch(`${demo.url}/api/flush`, { method: "POST" })
    ).json();
    assert.equal(report.error, undefined);
    while (seen.length === 0) await new Promise((done) => setTimeout(done, 20));
    assert.equal(seen[0].request.headers.authorization, "Bearer theirs");
    const request = ExportTraceServiceRequest.decode(seen[0].body);
    assert.equal(request.resourceSpans[0].scopeSpans[0].spans.length, 7);
  });

  test("says so when the upstream cannot be reached", async () => {
    const { url } = await start({ key: "k", upstream: "http://127.0.0.1:9" });
    const answer = await post(url);
    assert.equal(answer.status, 502);
    assert.match(await answer.text(), /could not be reached/);
  });
});
