// IndexedDB in real Chromium: one page delivers the spans that another has spilled.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { openSite } from "../browser/site.mjs";
import { assertBalanced } from "../package/support/ledger.mjs";

const site = openSite(fileURLToPath(new URL("page.js", import.meta.url)));
const options = () => ({
  baseUrl: site.url,
  traceExportTimeoutMillis: 2_000,
});

async function open(context) {
  const page = await context.newPage();
  await page.goto(site.url);
  await page.waitForFunction(() => globalThis.claimAndDie !== undefined);
  return page;
}

/** Opens a profile with a page that has spilled these spans. */
async function spilled(t, ...batches) {
  site.collector.requests.length = 0;
  site.collector.behave({ status: 503 });
  const context = await site.browser.newContext();
  t.after(() => context.close());
  const page = await open(context);
  for (const names of batches) {
    const { report, stats } = await page.evaluate(
      ([options, names]) => globalThis.spill(options, names),
      [options(), names],
    );
    assertBalanced(stats);
    assert.equal(report.spilled, names.length, JSON.stringify(report));
  }
  site.collector.behave({});
  return { context, page };
}

const arrived = () =>
  site.collector.requests
    .filter(({ status }) => status === 200)
    .flatMap(({ spans }) => spans.map(({ name }) => name))
    .sort();

test("the next page delivers what one page spilled", async (t) => {
  const { context, page } = await spilled(t, ["a", "b"]);
  await page.close();
  const next = await open(context);
  const { report } = await next.evaluate(
    (options) => globalThis.drain(options),
    options(),
  );
  assert.deepEqual([report.ok, report.delivered], [true, 2]);
  assert.deepEqual(arrived(), ["a", "b"]);
});

test("two tabs that drain at once deliver nothing twice", async (t) => {
  const { context, page } = await spilled(t, ["a"], ["b"], ["c"]);
  const other = await open(context);
  const drain = (page) =>
    page.evaluate((options) => globalThis.drainTwice(options), options());
  await Promise.all([drain(page), drain(other)]);
  assert.deepEqual(arrived(), ["a", "b", "c"]);
});

test("items that a closed tab had claimed are delivered later", async (t) => {
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
      [options(), claim],
    );
  assert.equal((await drain()).report.items, 0);
  await new Promise((resolve) => setTimeout(resolve, 1_600));
  assert.equal((await drain()).report.delivered, 1);
  assert.deepEqual(arrived(), ["a"]);
});

test("a claim by a clock that was wrong does not last for ever", async (t) => {
  const { page } = await spilled(t, ["a"]);
  // As if the clock had been ahead by eleven days.
  await page.evaluate((claim) => globalThis.claimAndDie(claim), {
    claimMillis: 1e9,
  });
  const { report } = await page.evaluate(
    (options) => globalThis.drain(options),
    options(),
  );
  assert.equal(report.delivered, 1);
});
