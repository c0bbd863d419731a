import test from "node:test";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import {
  deadUrl,
  startCollector,
} from "../../tests/package/support/collector.mjs";
import { startServer } from "../support/server.mjs";

const SERVER = {
  folder: import.meta.dirname,
  command: [process.execPath, "src/server.js"],
  key: "only-the-server-knows",
};

test("a page's spans arrive with the key that only its server has", async (t) => {
  const collector = await startCollector(t);
  const { url } = await startServer(t, collector, SERVER);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(url);

  await page.fill("input", "why");
  await page.click("button");
  await page.getByText("why? Because.").waitFor();
  // The page is left within five seconds, so that its spans still wait.
  await page.goto("about:blank");
  await collector.until(() => collector.spans.length === 1);

  const [{ headers }] = collector.requests;
  assert.equal(headers.authorization, "Bearer only-the-server-knows");
  for (const path of ["/", "/page.js"]) {
    const text = await (await fetch(`${url}${path}`)).text();
    assert.ok(!text.includes("only-the-server-knows"), path);
  }
});

test("a request that is no export is refused", async (t) => {
  const { url } = await startServer(t, { url: await deadUrl() }, SERVER);
  const post = (type) =>
    fetch(`${url}/v1/traces`, {
      method: "POST",
      headers: { "content-type": type },
      body: "x",
    });
  assert.equal((await post("text/plain")).status, 415);
  assert.equal((await post("application/x-protobuf")).status, 502);
});
