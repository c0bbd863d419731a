// What a page must do differently: not send its key, and send its spans before it is left.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gate } from "../package/support/collector.mjs";
import { openSite } from "./site.mjs";

const site = openSite(fileURLToPath(new URL("page.js", import.meta.url)));

beforeEach(() => {
  site.collector.requests.length = 0;
  site.collector.behave({});
});

/** Opens a page that initializes with these options. Returns it and its console's lines. */
async function open(t, options) {
  const context = await site.browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  const requests = [];
  page.on("request", (request) => {
    if (request.method() === "POST") requests.push(request);
  });
  await page.goto(site.url);
  await page.waitForFunction(() => globalThis.Laminar !== undefined);
  await page.evaluate((options) => globalThis.Laminar.initialize(options), {
    // No span is exported by the delay in these tests.
    scheduledDelayMillis: 600_000,
    ...options,
  });
  return { page, said, requests };
}

const record = (page, names, input = "") =>
  page.evaluate(
    ([names, input]) => {
      for (const name of names)
        globalThis.Laminar.startSpan({ name, input }).end();
    },
    [names, input],
  );
const flush = (page) => page.evaluate(() => globalThis.Laminar.flush());
const stats = (page) => page.evaluate(() => globalThis.Laminar.stats());

describe("the key", () => {
  test("is not needed where a proxy adds it", async (t) => {
    const { page, said } = await open(t, { baseUrl: site.url });
    await record(page, ["a"]);
    assert.equal((await flush(page)).exported, 1);
    assert.equal(site.collector.requests[0].headers.authorization, undefined);
    assert.deepEqual(said, []);
  });

  test("is left out of a page, with a warning", async (t) => {
    const { page, said } = await open(t, {
      baseUrl: site.url,
      projectApiKey: "secret",
    });
    await record(page, ["a"]);
    assert.equal((await flush(page)).exported, 1);
    assert.equal(site.collector.requests[0].headers.authorization, undefined);
    assert.match(said.join(), /everybody can read a page/);
    assert.ok(!said.join().includes("secret"));
  });

  test("is missing without a proxy: nothing is recorded, and a warning says what to do", async (t) => {
    const { page, said } = await open(t, { projectApiKey: "secret" });
    await record(page, ["a"]);
    assert.equal((await stats(page)).recorded, 0);
    assert.match(said.join(), /dangerouslyAllowBrowser/);
  });

  test("is sent if the option allows it", async (t) => {
    const { page, said } = await open(t, {
      baseUrl: site.url,
      projectApiKey: "seen by all",
      dangerouslyAllowBrowser: true,
    });
    await record(page, ["a"]);
    await flush(page);
    assert.equal(site.collector.requests[0].key, "seen by all");
    assert.deepEqual(said, []);
  });
});

describe("a page that is left", () => {
  test("sends its spans in requests that outlive it", async (t) => {
    const { page } = await open(t, { baseUrl: site.url });
    await page.evaluate(() => {
      globalThis.kept = [];
      const { fetch } = globalThis;
      globalThis.fetch = (request) => {
        globalThis.kept.push(request.keepalive);
        return fetch(request);
      };
    });
    await record(page, ["small"]);
    await flush(page);
    assert.deepEqual(await page.evaluate(() => globalThis.kept), [true]);
    await record(page, ["last words"]);
    await page.goto("about:blank");
    await site.collector.until(() =>
      site.collector.names().includes("last words"),
    );
    assert.deepEqual(site.collector.names(), ["last words", "small"]);
  });

  test("sends its last spans even if an export is under way", async (t) => {
    const { page } = await open(t, {
      baseUrl: site.url,
      scheduledDelayMillis: 1_000,
    });
    const { promise, open: answer } = gate();
    t.after(answer);
    site.collector.behave({ gate: promise });
    await record(page, ["first"]);
    await site.collector.until(() => site.collector.requests.length === 1);
    await record(page, ["last words"]);
    await page.goto("about:blank");
    await site.collector.until(() =>
      site.collector.names().includes("last words"),
    );
  });

  test("outlives itself after a fetch that threw, too", async (t) => {
    const { page } = await open(t, {
      baseUrl: site.url,
      // Too short for a second attempt.
      traceExportTimeoutMillis: 80,
    });
    await page.evaluate(() => {
      globalThis.kept = [];
      const { fetch } = globalThis;
      globalThis.fetch = (request) => {
        globalThis.kept.push(request.keepalive);
        // As many as a browser lets outlive a page, and one more.
        if (globalThis.kept.length <= 10) throw new TypeError("blocked");
        return fetch(request);
      };
    });
    await record(page, ["a"]);
    for (let i = 0; i < 10; i++) await flush(page);
    await page.evaluate(
      (baseUrl) => globalThis.Laminar.initialize({ baseUrl }),
      site.url,
    );
    assert.equal((await flush(page)).exported, 1);
    const kept = await page.evaluate(() => globalThis.kept);
    assert.deepEqual(kept, Array(11).fill(true));
  });

  test("also sends when it is hidden, in requests no larger than keepalive allows", async (t) => {
    const { page } = await open(t, { baseUrl: site.url });
    await record(page, ["a", "b", "c", "d"], "x".repeat(25_000));
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden" });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await site.collector.until(() => site.collector.spans.length === 4);
    for (const { bytes } of site.collector.requests)
      assert.ok(bytes.length <= 60 << 10, `${bytes.length}`);
    await page.waitForFunction(() => globalThis.Laminar.stats().exported === 4);
  });

  test("sends nothing if that is turned off", async (t) => {
    const { page, requests } = await open(t, {
      baseUrl: site.url,
      flushOnHide: false,
    });
    await record(page, ["a"]);
    await page.evaluate(() =>
      globalThis.dispatchEvent(new PageTransitionEvent("pagehide")),
    );
    await page.waitForTimeout(300);
    assert.equal(requests.length, 0);
    assert.equal((await stats(page)).buffered, 1);
  });

  test("sends a body too large for keepalive without it", async (t) => {
    const { page } = await open(t, { baseUrl: site.url });
    await record(page, ["large"], "x".repeat(100_000));
    assert.equal((await flush(page)).exported, 1);
  });
});

test("a redirect is not followed and not a success", async (t) => {
  const { page } = await open(t, { baseUrl: site.url });
  site.collector.behave({ status: 302, headers: { location: "/elsewhere" } });
  await record(page, ["a"]);
  const report = await flush(page);
  assert.equal(report.exported, 0);
  assert.equal(report.ok, false);
  assert.equal(site.collector.requests.length, 1);
});
