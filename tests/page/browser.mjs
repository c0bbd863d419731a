// The demo and a real Chromium, started once for a suite.

import { after, before, beforeEach } from "node:test";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { startDemo } from "../../www/demo/start.mjs";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

// The Worker keeps its ledger while it lives, so each suite gets its own demo, and each test its own page.
export function openDemo() {
  const it = { errors: [] };
  before(async () => {
    it.demo = await startDemo();
    it.browser = await chromium.launch({
      executablePath: EXECUTABLE,
      args: QUIET,
    });
  });
  beforeEach(async () => {
    const { collector } = it.demo;
    await collector.start();
    it.demo.agent.keyIsRight = true;
    it.errors.length = 0;
    it.page = await it.open();
  });
  after(async () => {
    await it.browser?.close();
    await it.demo?.stop();
  });

  it.open = async (options = {}) => {
    const page = await it.browser.newPage(options);
    page.on("pageerror", (error) => it.errors.push(String(error)));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type()))
        it.errors.push(message.text());
    });
    await page.goto(it.demo.url);
    await page.locator("#suggestions button").first().waitFor();
    return page;
  };

  // Asks and waits until the flush of this question has been reported.
  it.ask = async (question, page = it.page) => {
    await page.fill("#question", question);
    const reported = page.waitForResponse(
      async (response) =>
        response.url().includes("/api/reports") &&
        (await response.json()) !== null,
    );
    await page.click("#ask button");
    const response = await reported;
    await page.waitForSelector('body[data-flushing="false"]');
    return new URL(response.url()).searchParams.get("trace");
  };

  it.names = (page = it.page) =>
    page.locator("button.row .name").allInnerTexts();

  it.ledger = async (page = it.page) => {
    const terms = await page
      .locator(".term")
      .evaluateAll((list) =>
        list.map((term) => [
          term.dataset.place,
          Number(term.querySelector("b").textContent),
        ]),
      );
    const { recorded, ...places } = Object.fromEntries(terms);
    const total = Object.values(places).reduce((sum, n) => sum + n, 0);
    assert.equal(recorded, total, "recorded is the sum of the other terms");
    assert.equal(await page.innerText(".holds"), "holds");
    return { recorded, ...places };
  };

  it.report = async (page = it.page) => {
    const fields = await page
      .locator("#report-body dl > div")
      .evaluateAll((list) =>
        list.map((field) => [
          field.querySelector("dt").textContent,
          field.querySelector("dd").textContent,
        ]),
      );
    const verdict = await page.innerText(".verdict");
    return { verdict, ...Object.fromEntries(fields) };
  };
  return it;
}
