// A trap at every place, in Node, each in a process of its own.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { runScenario } from "./support/child.mjs";
import { startCollector } from "./support/collector.mjs";
import {
  behave,
  judge,
  judgeFlushes,
  judgeWords,
  OPTIONS,
} from "./support/trap-oracle.mjs";
import { ELSEWHERE, inputFor, PLACES } from "./support/trap-places.mjs";

// A call that a trap interrupted leaves its work to the next flush, so this one is not ok.
const CUT_SHORT = ["root", "staging", "adopt_counters", "adopt_chunks"];
CUT_SHORT.push("destinations_in_use", "lose_span");

describe("the list of places is complete", () => {
  const path = new URL("../../pkg/wasm/", import.meta.url);
  const source = new URL("../../src/js/", import.meta.url);

  test("the list names the exports of the core", async () => {
    const glue = globalThis.WebAssembly === undefined ? "js_bg" : "bg";
    const module = await import(new URL(`laminar_edge_${glue}.js`, path));
    const found = Object.keys(module).filter(
      (name) => typeof module[name] === "function" && !name.startsWith("__"),
    );
    const listed = Object.keys(PLACES).filter((name) => !PLACES[name].inside);
    assert.deepEqual(found.sort(), [...listed, ...ELSEWHERE].sort());
  });

  test("the list names the places inside of a flush", () => {
    const found = new Set();
    for (const name of readdirSync(source))
      for (const [, place] of readFileSync(
        new URL(name, source),
        "utf8",
      ).matchAll(/^ +trap_point!\("(\w+)"\)/gm))
        found.add(place);
    const listed = Object.keys(PLACES).filter((name) => PLACES[name].inside);
    assert.deepEqual([...found].sort(), listed.sort());
  });

  test("the published package has no trap code", () => {
    for (const name of ["laminar_edge_bg.wasm", "laminar_edge_js.js"]) {
      const built = readFileSync(new URL(name, path), "latin1");
      for (const trace of ["trap_now", "laminarTraps", "on purpose"])
        assert.ok(!built.includes(trace), `${trace} in ${name}`);
    }
  });
});

describe("a trap at every place in Node", { concurrency: 4 }, () => {
  for (const place of Object.keys(PLACES)) {
    test(place, async (t) => {
      const collector = await startCollector(t);
      behave(collector);
      const { result, said, uncaught } = await runScenario(
        "trap-places.mjs",
        "run",
        {
          options: { ...OPTIONS, baseUrl: collector.url },
          ...inputFor(place),
        },
      );
      assert.deepEqual(uncaught, []);
      judge(place, result, collector.spans);
      judgeWords(said);
      // A flush that had to spill is not ok either.
      if (!CUT_SHORT.includes(place) && !PLACES[place].spills)
        judgeFlushes(result);
    });
  }
});
