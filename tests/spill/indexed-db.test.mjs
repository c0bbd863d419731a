// IndexedDB in real Chromium: what one page spilled, another delivers.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { startCollector } from "../package/support/collector.mjs";
import { assertBalanced } from "../package/support/ledger.mjs";

let browser;
let script;
let collector;
let server;
let options;

before(async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("page.js", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    conditions: ["browser"],
  });
  script = outputFiles[0].text;
  collector = await startCollector();
  // The page, its script, and the proxy that a page's spans go through.
  server = createServer(async (request, response) => {
    if (request.url === "/page.js")
      return response.setHeader("content-type", "text/javascript").end(script);
    if (request.method === "GET")
      return response
        .setHeader("content-type", "text/html")
        .end('<script type="module" src="/page.js"></script>');
    const parts = [];
    for await (const part of request) parts.push(part);
    const answer = await fetch(new URL(request.url, collector.url), {
      method: "POST",
      headers: { "content-type": "application/x-protobuf" },
      body: Buffer.concat(parts),
    });
    response.statusCode = answer.status;
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  options = {
    baseUrl: `http://127.0.0.1:${server.address().port}`,
    traceExportTimeoutMillis: 2_000,
  };
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

async function open(context) {
  const page = await context.newPage();
  await page.goto(options.baseUrl);
  await page.waitForFunction(() => globalThis.claimAndDie !== undefined);
  return page;
}

/** A profile of its own, with a page in it that has spilled these. */
async function spilled(t, ...batches) {
  collector.requests.length = 0;
  collector.behave({ status: 503 });
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await open(context);
  for (const names of batches) {
    const { report, stats } = await page.evaluate(
      ([options, names]) => globalThis.spill(options, names),
      [options, names],
    );
    assertBalanced(stats);
    assert.equal(report.spilled, names.length, JSON.stringify(report));
  }
  collector.behave({});
  return { context, page };
}

const arrived = () =>
  collector.requests
    .filter(({ status }) => status === 200)
    .flatMap(({ spans }) => spans.map(({ name }) => name))
    .sort();

test("what one page spilled, the next delivers", async (t) => {
  const { context, page } = await spilled(t, ["a", "b"]);
  await page.close();
  const next = await open(context);
  const { report } = await next.evaluate(
    (options) => globalThis.drain(options),
    options,
  );
  assert.deepEqual([report.ok, report.delivered], [true, 2]);
  assert.deepEqual(arrived(), ["a", "b"]);
});

test("two tabs that drain at once deliver nothing twice", async (t) => {
  const { context, page } = await spilled(t, ["a"], ["b"], ["c"]);
  const other = await open(context);
  const drain = (page) =>
    page.evaluate((options) => globalThis.drainTwice(options), options);
  await Promise.all([drain(page), drain(other)]);
  assert.deepEqual(arrived(), ["a", "b", "c"]);
});

test("what a closed tab had claimed comes back", async (t) => {
  const { context, page } = await spilled(t, ["a"]);
  const claim = { claimMillis: 1_500 };
  assert.ok(
    await page.evaluate((claim) => globalThis.claimAndDie(claim), claim),
  );
  await page.close();
  const next = await open(context);
  const drain = () =>
    next.evaluate(
      ([options, claim]) => globalThis.drain(options, claim),
      [options, claim],
    );
  assert.equal((await drain()).report.items, 0);
  await new Promise((resolve) => setTimeout(resolve, 1_600));
  assert.equal((await drain()).report.delivered, 1);
  assert.deepEqual(arrived(), ["a"]);
});
