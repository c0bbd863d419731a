// Bodies in real workerd, observed and not: R2 takes them, byte readers work, Workers with a compatibility date
// before constructible streams get theirs unchanged, and clients may leave.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { describe, test } from "node:test";
import { kCurrentWorker } from "miniflare";
import { startCollector } from "../support/collector.mjs";
import { MODES, startWorker } from "../support/workerd.mjs";

const said = "what was said elsewhere ".repeat(40);

async function start(t, { date, flags = MODES.nodejs_compat.flags } = {}) {
  const collector = await startCollector(t);
  const left = [];
  const server = createServer(({ url }, response) => {
    if (url === "/length") response.setHeader("content-length", said.length);
    response.setHeader("x-from", "upstream");
    // miniflare compresses other types, and then sends nothing before the end.
    response.setHeader("content-type", "text/event-stream");
    response.write(said.slice(0, 100));
    if (url === "/endless") {
      const more = setInterval(() => response.write(said), 20);
      response.on("close", () => left.push(clearInterval(more)));
    } else if (url === "/cut") setTimeout(() => response.destroy(), 500);
    else setTimeout(() => response.end(said.slice(100)), 5);
  });
  server.keepAliveTimeout = 0;
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const worker = await startWorker(t, "bodies.js", {
    flags,
    bindings: {
      LMNR_PROJECT_API_KEY: "key",
      LMNR_BASE_URL: collector.url,
      UPSTREAM: `http://127.0.0.1:${server.address().port}`,
    },
    options: {
      r2Buckets: ["BUCKET"],
      serviceBindings: { PEER: { name: kCurrentWorker, entrypoint: "Peer" } },
      ...(date && { compatibilityDate: date }),
    },
  });
  const get = async (path) =>
    (await fetch(new URL(path, worker.url), { keepalive: false })).json();
  return { collector, worker, get, left };
}

const EXPECTED = {
  put: said.length,
  "put-stream": said.length,
  bytes: said,
  "bytes-known": said,
  "bytes-stream": said,
  text: said,
  tee: [said, said],
  stream: said,
  framework: ["cookies", 201, "said"],
};

test("bodies are unchanged", async (t) => {
  const { collector, get } = await start(t);
  for (const [route, expected] of Object.entries(EXPECTED)) {
    assert.deepEqual(await get(route), expected, route);
    assert.deepEqual(await get(`${route}?observed`), expected, route);
  }
  for (const route of Object.keys(EXPECTED))
    await collector.until(() => collector.span(route) !== undefined);
  for (const route of ["bytes", "bytes-stream", "text", "stream"]) {
    const { attributes } = collector.span(route);
    const { chunks } = JSON.parse(attributes["lmnr.span.output"]);
    assert.equal(chunks.join(""), said, route);
    assert.equal(attributes["laminar.incomplete"], undefined, route);
  }
});

for (const mode of ["nodejs_compat", "nodejs_als"])
  test(`spans that a generator starts are below its span, with ${mode}`, async (t) => {
    const { collector, get } = await start(t, { flags: MODES[mode].flags });
    assert.deepEqual(await get("pieces?observed"), [0, 1, 2, 3]);
    await collector.until(() => collector.span("pieces") !== undefined);
    for (let i = 0; i < 4; i++)
      assert.equal(
        collector.span(`piece ${i}`).parentSpanId,
        collector.span("pieces").spanId,
      );
    for (const name of ["one", "two"])
      assert.notEqual(
        collector.span(name).parentSpanId,
        collector.span("pieces").spanId,
      );
  });

test("calls over RPC give the same results", async (t) => {
  const { collector, get } = await start(t);
  for (const route of ["rpc", "rpc-onward"]) {
    const alone = await get(route);
    assert.doesNotMatch(JSON.stringify(alone), /Error/);
    assert.deepEqual(await get(`${route}?observed`), alone);
  }
  await collector.until(() => collector.span("rpc") !== undefined);
  await collector.until(() => collector.span("rpc-onward") !== undefined);
});

test("a response of a framework's class keeps its class through instrument", async (t) => {
  const { worker, collector } = await start(t);
  const url = new URL("framework-response?observed", worker.url);
  const response = await fetch(url);
  assert.equal(response.status, 201);
  assert.equal(await response.text(), "said");
  await collector.until(() => collector.span("GET") !== undefined);
});

test("where streams cannot be constructed, bodies are passed on untouched", async (t) => {
  const { collector, get } = await start(t, { date: "2022-11-01", flags: [] });
  for (const route of ["text", "stream", "tee", "framework", "bytes"]) {
    assert.deepEqual(await get(route), EXPECTED[route], route);
    assert.deepEqual(await get(`${route}?observed`), EXPECTED[route], route);
  }
  await collector.until(() => collector.span("tee") !== undefined);
});

describe("a body that the Worker proxies", () => {
  const ofPath = ({ spans }, path) =>
    spans.find(({ attributes }) => attributes["url.path"] === path);

  test("arrives whole, and its span ends with it", async (t) => {
    const { collector, worker } = await start(t);
    for (const route of ["proxy/chunked", "proxy/length"]) {
      const url = new URL(`${route}?observed`, worker.url);
      const response = await fetch(url);
      assert.equal(response.headers.get("x-from"), "upstream");
      assert.equal(await response.text(), said);
      await collector.until(() => ofPath(collector, `/${route}`));
      const { attributes, status } = ofPath(collector, `/${route}`);
      assert.equal(attributes["http.response.status_code"], 200n);
      assert.equal(attributes["laminar.incomplete"], undefined);
      assert.notEqual(status?.code, 2);
    }
  });

  test("also arrives from another Worker", async (t) => {
    const { collector, worker } = await start(t);
    const url = new URL("proxy-peer?observed", worker.url);
    assert.equal(await (await fetch(url)).text(), "word 1 word 2 word 3 ");
    await collector.until(() => ofPath(collector, "/proxy-peer"));
    const { attributes } = ofPath(collector, "/proxy-peer");
    assert.equal(attributes["laminar.incomplete"], undefined);
  });

  test("is incomplete when it is cut, and its client gets the same bytes", async (t) => {
    const { collector, worker } = await start(t);
    const got = async (path) => {
      const response = await fetch(new URL(path, worker.url));
      return response.text().catch(() => "failed");
    };
    const alone = await got("proxy/cut");
    assert.equal(await got("proxy/cut?observed"), alone);
    await collector.until(() => ofPath(collector, "/proxy/cut"));
    const { attributes } = ofPath(collector, "/proxy/cut");
    assert.equal(attributes["laminar.incomplete"], true);
  });

  test("is cancelled when the client leaves", async (t) => {
    const { collector, worker, left } = await start(t);
    const leaving = new AbortController();
    const url = new URL("proxy/endless?observed", worker.url);
    const { body } = await fetch(url, { signal: leaving.signal });
    await body.getReader().read();
    leaving.abort();
    await collector.until(() => ofPath(collector, "/proxy/endless"));
    const { attributes } = ofPath(collector, "/proxy/endless");
    assert.equal(attributes["laminar.incomplete"], true);
    // The source may hear of it after the span is over.
    while (left.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(left.length, 1);
  });

  test("does not delay a flush when nobody reads it", async (t) => {
    const { collector, get } = await start(t);
    assert.deepEqual(await get("status-only"), { status: 200, waited: 1 });
    await collector.until(() => ofPath(collector, "/proxy/chunked"));
    const { attributes } = ofPath(collector, "/proxy/chunked");
    assert.equal(attributes["laminar.incomplete"], true);
  });
});

test("clients that leave cause no error, and their spans arrive", async (t) => {
  const { collector, worker, get } = await start(t);
  for (let i = 0; i < 5; i++) {
    const leaving = new AbortController();
    const { signal } = leaving;
    const url = new URL("words?observed", worker.url);
    const { body } = await fetch(url, { signal });
    await body.getReader().read();
    leaving.abort();
  }
  const mine = () =>
    collector.spans.filter(({ attributes }) =>
      attributes["url.path"]?.includes("words"),
    );
  await collector.until(() => mine().length === 5);
  for (const { attributes } of mine())
    assert.equal(attributes["laminar.incomplete"], true);
  assert.doesNotMatch(JSON.stringify(await get("said")), /ended twice/);
  assert.doesNotMatch(worker.output.join(""), /ended twice/);
});
