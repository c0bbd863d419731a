// A visitor's use of the page, in real Chromium, against real workerd.

import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { openDemo } from "./browser.mjs";

const HOTTEST = [
  "ask",
  "split question",
  "look up",
  "search pages",
  "read venus.html",
  "choose passages",
  "chat extractive-1",
];

describe("the demo page", { timeout: 120_000 }, () => {
  const it = openDemo();
  afterEach(() => {
    assert.deepEqual(it.errors, [], "the console stays quiet");
    return it.page.close();
  });

  test("answers, then shows the trace, the report and the ledger", async () => {
    const traceId = await it.ask("Which planet is the hottest?");
    assert.match(await it.page.innerText(".answer .text"), /^Venus is the hot/);
    assert.deepEqual(await it.names(), HOTTEST);
    assert.match(await it.page.innerText(".trace-head p"), /^7 spans, /);

    const report = await it.report();
    assert.equal(report.verdict, "7 spans delivered.");
    assert.equal(report.exported, "7");
    assert.equal(report.pending, "0");
    const { recorded, exported } = await it.ledger();
    assert.equal(recorded, exported);

    const { spans } = it.demo.collector.store.get(traceId);
    assert.deepEqual(spans.map((s) => s.name).sort(), [...HOTTEST].sort());
  });

  test("records types, tokens, input and output", async () => {
    const traceId = await it.ask("Which planet is the hottest?");
    const { spans } = it.demo.collector.store.get(traceId);
    const of = (name) => spans.find((s) => s.name === name);
    const chat = of("chat extractive-1").attributes;
    assert.equal(chat["lmnr.span.type"], "LLM");
    assert.equal(chat["gen_ai.request.model"], "extractive-1");
    assert.ok(Number.isInteger(chat["gen_ai.usage.input_tokens"]));
    assert.ok(Number.isInteger(chat["gen_ai.usage.output_tokens"]));
    const [said] = JSON.parse(chat["gen_ai.output.messages"]);
    assert.match(said.message.content, /465 degrees/);
    const asked = JSON.parse(chat["gen_ai.input.messages"]);
    assert.deepEqual(
      asked.map(({ role }) => role),
      ["system", "user"],
    );
    assert.ok(chat["gen_ai.usage.cost"] > 0);
    assert.ok(chat["gen_ai.response.time_to_first_token"] > 0);
    assert.deepEqual(chat["lmnr.span.path"], [
      "ask",
      "look up",
      "chat extractive-1",
    ]);
    assert.equal(of("read venus.html").attributes["lmnr.span.type"], "TOOL");
    const search = of("search pages").attributes;
    const { headers } = JSON.parse(search["lmnr.span.input"]);
    assert.deepEqual(headers, { authorization: "[REDACTED_SECRET]" });
    assert.equal(search["laminar.redacted"], '{"SECRET":1}');
    assert.equal(of("ask").parentSpanId, null);
    assert.equal(of("look up").parentSpanId, of("ask").spanId);

    await it.page.click('button.row[data-type="llm"]');
    const details = await it.page.innerText(".details:visible");
    assert.match(details, /tokens\s+\d+ in, \d+ out/);
    assert.match(details, /cost\s+\$0\.0000\d+/);
    assert.match(details, /first token after\s+\d+ ms/);
    assert.match(details, /system[^]+user[^]+assistant/);
    assert.ok(await it.page.isVisible('[data-type="llm"] .first-token'));
    assert.match(details, /Question: Which planet is the hottest\?/);
  });

  test("another question gives another answer and another trace", async () => {
    await it.ask("Why is Mars red, and how many moons does it have?");
    const text = await it.page.innerText(".answer .text");
    assert.match(text, /rusted/);
    assert.match(text, /Phobos and Deimos/);
    const names = await it.names();
    assert.equal(names.filter((n) => n === "look up").length, 2);
    assert.equal(names.filter((n) => n === "chat extractive-1").length, 2);
    assert.ok(names.includes("read mars.html"));
    assert.ok(!names.includes("read venus.html"));
  });

  test("shows that nothing matches, with a shorter trace", async () => {
    await it.ask("How do I bake sourdough bread?");
    const text = await it.page.innerText(".answer .text");
    assert.equal(text.trim(), "That is not in these pages.");
    assert.deepEqual(await it.names(), HOTTEST.slice(0, 4));
  });

  test("shows a missing page as a span with an error", async () => {
    await it.ask("What is Ceres?");
    assert.match(await it.page.innerText(".answer .text"), /asteroid belt/);
    const row = it.page.locator('button.row[data-type="error"]');
    assert.equal(
      await row.innerText().then((t) => t.split("\n")[0]),
      "read ceres.html",
    );
    await row.click();
    const details = await it.page.innerText(".details:visible");
    assert.match(details, /ceres\.html answered 404/);
  });

  test("answers two visitors at once without mixing their traces", async () => {
    const other = await it.open();
    const [mine, theirs] = await Promise.all([
      it.ask("Which planet is the hottest?"),
      it.ask("Why is the sky blue?", other),
    ]);
    assert.notEqual(mine, theirs);
    assert.ok((await it.names()).includes("read venus.html"));
    const names = await it.names(other);
    assert.ok(names.includes("read earth.html"));
    assert.ok(!names.includes("read venus.html"));
    await other.close();
  });

  test("can be used by keyboard alone", async () => {
    const { keyboard } = it.page;
    await it.page.focus("#question");
    await keyboard.type("Why is the sky blue?");
    await keyboard.press("Enter");
    await it.page.waitForSelector(".waterfall");
    const focused = () =>
      it.page.evaluate(
        () =>
          document.activeElement.getAttribute("aria-label") ??
          document.activeElement.textContent,
      );

    await it.page.focus("button.row");
    await keyboard.press("ArrowDown");
    assert.match(await focused(), /^split question, /);
    await keyboard.press("End");
    assert.match(await focused(), /^chat extractive-1, model, /);
    await keyboard.press("Enter");
    const row = it.page.locator("button.row").last();
    assert.equal(await row.getAttribute("aria-expanded"), "true");
    await keyboard.press("ArrowLeft");
    assert.equal(await row.getAttribute("aria-expanded"), "false");
    await keyboard.press("ArrowRight");
    assert.ok(await it.page.isVisible(".details pre"));
    await keyboard.press("Tab");
    assert.equal(
      await it.page.evaluate(() => document.activeElement.tagName),
      "PRE",
    );

    await it.page.focus("#switch-key");
    await keyboard.press("Space");
    await it.page.waitForSelector('#switch-key[aria-checked="false"]');
    assert.equal(await focused(), "Key: wrong");
  });

  test("fits a phone and both themes", async () => {
    const phone = await it.open({
      viewport: { width: 360, height: 740 },
      colorScheme: "dark",
    });
    await it.ask("What is the largest moon?", phone);
    const overflow = await phone.evaluate(
      () => document.documentElement.scrollWidth - innerWidth,
    );
    assert.equal(overflow, 0);
    const paper = () =>
      phone.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await paper();
    await phone.click("#theme");
    assert.notEqual(await paper(), dark);
    await phone.close();
  });

  test("shows the latest traces again after a reload", async () => {
    const question = "How far away is the Moon?";
    await it.ask(question);
    const text = await it.page.innerText(".answer .text");
    const names = await it.names();
    await it.page.reload();
    await it.page.locator("button.row").first().waitFor();
    assert.deepEqual(await it.names(), names);
    assert.equal(await it.page.innerText(".asked"), question);
    // Citations come with the answer, not with the trace, which has their numbers.
    assert.equal(
      (await it.page.innerText(".answer .text")).slice(0, 20),
      text.slice(0, 20),
    );
    const asked = it.page.locator("#history button .question");
    assert.equal(await asked.first().innerText(), question);
    assert.ok((await asked.count()) > 1, "those before it are listed, too");
  });

  test("shows what to do when it is opened without its server", async () => {
    const page = await it.browser.newPage();
    await page.goto(new URL("../../www/index.html", import.meta.url).href);
    assert.ok(await page.isVisible("text=make demo"));
    assert.ok(await page.isHidden("#ask"));
    await page.close();
  });
});
