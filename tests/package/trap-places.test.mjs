// A trap at every export, in Node: each in a process of its own.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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

// What a call that a trap cut short could not do is left to the next: a flush is not ok then.
const CUT_SHORT = ["root", "adopt_counters", "adopt_dropped", "adopt"];
CUT_SHORT.push("reconcile", "lose_span", "staging");

describe("the places are complete", () => {
  const path = new URL("../../pkg/wasm/", import.meta.url);

  test("the list names the exports of the core", async () => {
    const exports = await exportsOf(path);
    const found = Object.keys(exports).filter(
      (name) => typeof exports[name] === "function",
    );
    assert.deepEqual(found.sort(), Object.keys(PLACES).sort());
  });

  test("the package has none of it", () => {
    for (const name of ["laminar_edge_bg.wasm", "laminar_edge_js.js"]) {
      const built = readFileSync(new URL(name, path), "latin1");
      for (const trace of ["trap_now", "laminarTraps", "on purpose"])
        assert.ok(!built.includes(trace), `${trace} in ${name}`);
    }
  });
});

/** Made with nothing to import, so no other place could be cut short. */
async function exportsOf(path) {
  if (globalThis.WebAssembly === undefined)
    return (await import(new URL("laminar_edge_js.js", path))).instantiate();
  const wasm = readFileSync(new URL("laminar_edge_bg.wasm", path));
  return new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;
}

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
