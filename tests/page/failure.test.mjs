// The two switches on the page: what a visitor sees of a delivery that fails.

import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { openDemo } from "./browser.mjs";

describe("a delivery that fails", { timeout: 120_000 }, () => {
  const it = openDemo();
  afterEach(() => {
    assert.deepEqual(it.errors, [], "the console stays quiet");
    return it.page.close();
  });

  test("a wrong key shows as a 401", async () => {
    const { page } = it;
    await page.click("#switch-key");
    await page.waitForSelector('#switch-key[aria-checked="false"]');
    await it.ask("Why is the sky blue?");
    assert.match(await page.innerText(".answer .text"), /scatters blue light/);
    assert.match(await page.innerText(".problem"), /401/);
    const report = await it.report();
    assert.equal(report.verdict, "7 spans rejected by the collector.");
    assert.equal(report.exported, "0");
    assert.equal(report.rejected, "7");
    assert.ok(await page.isVisible(".placeholder"));
    const before = await it.ledger();
    assert.equal(before.rejected, 7);

    await page.click("#switch-key");
    await page.waitForSelector('#switch-key[aria-checked="true"]');
    await it.ask("Why is the sky blue?");
    await page.waitForSelector(".waterfall");
    const after = await it.ledger();
    assert.equal(after.exported, before.exported + 7);
    assert.equal(after.rejected, before.rejected);
  });

  test("a dead collector shows as an error, and the next flush delivers", async () => {
    const { page } = it;
    await page.click("#switch-collector");
    await page.waitForSelector('#switch-collector[aria-checked="false"]');
    const traceId = await it.ask("Which planet is the hottest?");
    assert.match(await page.innerText(".answer .text"), /^Venus/);
    assert.ok(await page.isVisible(".problem"));
    const { verdict } = await it.report();
    assert.equal(verdict, "7 spans kept for the next flush.");
    const before = await it.ledger();
    assert.equal(before.buffered, 7);
    assert.equal(it.demo.collector.store.get(traceId), undefined);

    await page.click("#switch-collector");
    await page.waitForSelector('#switch-collector[aria-checked="true"]');
    await page.click("#flush");
    await page.waitForSelector(".waterfall");
    const after = await it.ledger();
    assert.equal(after.buffered, 0);
    assert.equal(after.exported, before.exported + before.buffered);
    assert.equal(it.demo.collector.store.get(traceId).spans.length, 7);
    assert.match((await it.report()).verdict, /^7 spans delivered/);
  });

  test("kept spans are delivered, and those with a wrong key are not", async () => {
    const { page } = it;
    await page.click("#switch-collector");
    await page.waitForSelector('#switch-collector[aria-checked="false"]');
    await it.ask("Which planet is the hottest?");
    // The newest question is the first in the list.
    assert.match(
      await page.innerText("#history li:nth-child(1) .state"),
      /^not delivered yet$/,
    );
    await page.click("#switch-collector");
    await page.waitForSelector('#switch-collector[aria-checked="true"]');
    await page.click("#switch-key");
    await page.waitForSelector('#switch-key[aria-checked="false"]');
    await it.ask("Why is the sky blue?");
    await page.waitForSelector(
      '#history li:nth-child(2) [data-state="arrived"]',
    );
    assert.match(
      await page.innerText("#history li:nth-child(1) .state"),
      /^not delivered$/,
    );
    await it.ledger();
  });
});
