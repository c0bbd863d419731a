// Bodies in real workerd, observed and not: R2 takes them, bytes are read as bytes, Workers of before the
// date from which streams could be made get theirs untouched, and clients leave.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { kCurrentWorker } from "miniflare";
import { startCollector } from "../support/collector.mjs";
import { MODES, startWorker } from "../support/workerd.mjs";

const said = "what was said elsewhere ".repeat(40);

async function start(t, { date, flags = MODES.nodejs_compat.flags } = {}) {
  const collector = await startCollector(t);
  const server = createServer(({ url }, response) => {
    if (url === "/length") response.setHeader("content-length", said.length);
    response.write(said.slice(0, 100));
    setTimeout(() => response.end(said.slice(100)), 5);
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
  return { collector, worker, get };
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

test("bodies are what they were", async (t) => {
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

test("calls over RPC give what they gave", async (t) => {
  const { collector, get } = await start(t);
  for (const route of ["rpc", "rpc-onward"]) {
    const alone = await get(route);
    assert.doesNotMatch(JSON.stringify(alone), /Error/);
    assert.deepEqual(await get(`${route}?observed`), alone);
  }
  await collector.until(() => collector.span("rpc") !== undefined);
  await collector.until(() => collector.span("rpc-onward") !== undefined);
});

test("a response of a framework's class keeps it through instrument", async (t) => {
  const { worker, collector } = await start(t);
  const url = new URL("framework-response?observed", worker.url);
  const response = await fetch(url);
  assert.equal(response.status, 201);
  assert.equal(await response.text(), "said");
  await collector.until(() => collector.span("GET") !== undefined);
});

test("before streams could be made, they are handed on untouched", async (t) => {
  const { collector, get } = await start(t, { date: "2022-11-01", flags: [] });
  for (const route of ["text", "stream", "tee", "framework", "bytes"]) {
    assert.deepEqual(await get(route), EXPECTED[route], route);
    assert.deepEqual(await get(`${route}?observed`), EXPECTED[route], route);
  }
  await collector.until(() => collector.span("tee") !== undefined);
});

test("clients that leave blame nobody, and their spans arrive", async (t) => {
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
