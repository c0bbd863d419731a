// The module as wasm-pack makes it for the web, without this package around it: its flush() is a promise
// that resolves, in a real Chromium.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { startCollector } from "../package/support/collector.mjs";

const root = new URL("../../", import.meta.url);
const out = new URL("target/raw/", root);
const files = {
  "/": ["text/html", '<script type="module" src="/page.js"></script>'],
  "/page.js": ["text/javascript", new URL("page.js", import.meta.url)],
  "/laminar_edge.js": ["text/javascript", new URL("laminar_edge.js", out)],
  "/laminar_edge_bg.wasm": [
    "application/wasm",
    new URL("laminar_edge_bg.wasm", out),
  ],
};

let browser;
let collector;
let server;

before(async () => {
  await buildRaw();
  collector = await startCollector();
  server = createServer(serve).listen(0, "127.0.0.1");
  await once(server, "listening");
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
});

after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
  await collector?.close();
});

/** The usual build, without downloads. */
function buildRaw() {
  const tools = fileURLToPath(new URL(".tools/bin", root));
  const build = "build --target web --no-opt --no-typescript --mode no-install";
  const where = ["--out-dir", fileURLToPath(out), "--", "--features", "js"];
  return promisify(execFile)("wasm-pack", [...build.split(" "), ...where], {
    cwd: fileURLToPath(root),
    env: { ...process.env, PATH: `${tools}:${process.env.PATH}` },
  });
}

async function serve(request, response) {
  if (request.method === "POST") {
    const parts = await request.toArray();
    const answer = await fetch(`${collector.url}${request.url}`, {
      method: "POST",
      headers: { authorization: request.headers.authorization },
      body: Buffer.concat(parts),
    });
    return response.writeHead(answer.status).end();
  }
  const [type, content] = files[request.url] ?? [];
  if (type === undefined) return response.writeHead(404).end();
  response.setHeader("content-type", type);
  response.end(content instanceof URL ? await readFile(content) : content);
}

async function open(t) {
  const page = await browser.newPage();
  t.after(() => page.close());
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction(() => globalThis.raw !== undefined);
  return { page, errors };
}

test("flush() of the raw module sends what was recorded, and resolves", async (t) => {
  const { page, errors } = await open(t);
  const { report, stats } = await page.evaluate(() =>
    globalThis.raw.recordAndFlush(["a", "b"]),
  );
  assert.deepEqual(report, {
    ok: true,
    exported: 2,
    rejected: 0,
    pending: 0,
    spilled: 0,
    dropped: {},
    attempts: 1,
    bytes: report.bytes,
  });
  assert.ok(report.bytes > 0);
  assert.deepEqual([stats.recorded, stats.exported], [2, 2]);
  assert.deepEqual(collector.names(), ["a", "b"]);
  assert.equal(collector.requests[0].key, "raw");
  assert.deepEqual(errors, []);
});

test("flush() also resolves without an answer", async (t) => {
  const { page, errors } = await open(t);
  const { report, stats } = await page.evaluate(() =>
    globalThis.raw.recordAndFlush(["a"], { budgetMs: 100, hangs: true }),
  );
  assert.equal(report.ok, false);
  assert.equal(report.pending, 1);
  assert.equal(report.error.code, "timeout");
  assert.equal(stats.buffered, 1);
  assert.deepEqual(errors, []);
});
