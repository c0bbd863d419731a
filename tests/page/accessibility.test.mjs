// The page against axe-core's rules of WCAG 2.2 A and AA and its best practices, in both themes.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { openDemo } from "./browser.mjs";

const AXE = await readFile(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);
const WIDTHS = { desktop: 1280, phone: 390 };

describe("the demo page by axe-core", { timeout: 240_000 }, () => {
  const it = openDemo();

  for (const colorScheme of ["light", "dark"]) {
    for (const [device, width] of Object.entries(WIDTHS)) {
      test(`has no violation in ${colorScheme}, on a ${device}`, async () => {
        const page = await it.open({
          colorScheme,
          viewport: { width, height: 900 },
        });
        assert.deepEqual(await violations(page), [], "before a question");

        await it.ask("What is Ceres?", page);
        await page.click('button.row[data-type="llm"]');
        await page.click('button.row[data-type="error"]');
        assert.deepEqual(await violations(page), [], "with open rows");

        await page.click("#switch-key");
        await it.ask("Which planet is the hottest?", page);
        assert.deepEqual(await violations(page), [], "with refused spans");
        await page.close();
        it.demo.agent.keyIsRight = true;
      });
    }
  }
});

async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() =>
    globalThis.axe.run(document, {
      // An experimental rule: what a button shows must be part of its name.
      rules: { "label-content-name-mismatch": { enabled: true } },
      resultTypes: ["violations"],
    }),
  );
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${failureSummary} ${html}`),
  );
}
