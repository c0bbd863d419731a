// LLM calls in a page: each recorded answer, and the span that it must give.

import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CUTS, runAll } from "../llm/support/run-all.mjs";
import { openSite } from "./site.mjs";

const site = openSite(fileURLToPath(new URL("llm.js", import.meta.url)));

test("answers at random, in Chromium", async (t) => {
  const page = await site.browser.newPage();
  t.after(() => page.close());
  await page.goto(site.url);
  await page.waitForFunction(() => globalThis.callAs !== undefined);
  await page.evaluate(
    (baseUrl) => globalThis.Laminar.initialize({ baseUrl }),
    site.url,
  );
  await runAll(t, site.collector, CUTS["at random"], async (found, pieces) => {
    const { base64, ...seen } = await page.evaluate(
      ([found, pieces]) => globalThis.callAs(found, pieces),
      [
        { ...found, body: undefined },
        pieces.map((piece) => Buffer.from(piece).toString("base64")),
      ],
    );
    return { ...seen, bytes: Buffer.from(base64, "base64") };
  });
});
