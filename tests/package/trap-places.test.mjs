// A trap at every export, in Node: each in a process of its own.

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
import { inputFor, PLACES } from "./support/trap-places.mjs";

const SOURCES = new URL("../../src/js/", import.meta.url);
const POINT = /trap_point!\("(\w+)"\);/;

// What a call that a trap cut short could not do is left to the next: a flush is not ok then.
const CUT_SHORT = ["root", "adopt_counters", "adopt_dropped", "adopt"];
CUT_SHORT.push("reconcile", "lose_span", "staging");

describe("the places are complete", () => {
  const files = readdirSync(SOURCES).filter((name) => name !== "traps.rs");
  const sources = files.map((name) => [
    name,
    readFileSync(new URL(name, SOURCES), "utf8"),
  ]);

  test("the list names those in the sources", () => {
    const found = sources.flatMap(([, text]) =>
      [...text.matchAll(new RegExp(POINT, "g"))].map(([, place]) => place),
    );
    assert.deepEqual(found.sort(), Object.keys(PLACES).sort());
  });

  test("each export begins with one", () => {
    const missing = [];
    for (const [file, text] of sources) {
      const exported = /^#\[wasm_bindgen\]\n(?:#\[[^;{]*?\]\n)?pub fn (\w+)/gm;
      for (const { 1: name, index } of text.matchAll(exported)) {
        const body = text.slice(text.indexOf("{\n", index) + 2).trimStart();
        if (!body.startsWith(`trap_point!("${name}");`))
          missing.push(`${file}: ${name}`);
      }
    }
    assert.deepEqual(missing, []);
  });

  test("nothing waits in wasm, so no other place could trap", () => {
    for (const [file, text] of sources)
      assert.doesNotMatch(text, /\.await\b|\basync\b/, file);
  });

  test("the package has none of it", () => {
    const path = new URL("../../pkg/wasm/", import.meta.url);
    for (const name of ["laminar_edge_bg.wasm", "laminar_edge_bg.js"]) {
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
      // Nor is one that had to store what it could not send.
      if (!CUT_SHORT.includes(place) && !PLACES[place].spills)
        judgeFlushes(result);
    });
  }
});
