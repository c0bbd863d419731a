// The entry for programs with their own module: bytes, a module, or a promise of either.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { spawn } from "node:child_process";
import { startCollector } from "./support/collector.mjs";

const wasm = fileURLToPath(
  import.meta.resolve("laminar-edge/laminar_edge_bg.wasm"),
);
const GIVEN = {
  bytes: "bytes",
  "an ArrayBuffer": "bytes.buffer",
  "a module": "new WebAssembly.Module(bytes)",
  "a promise of a module": "WebAssembly.compile(bytes)",
  "a promise of bytes": "Promise.resolve(bytes)",
};

for (const [what, given] of Object.entries(GIVEN)) {
  test(`slim runs on ${what}`, async (t) => {
    const collector = await startCollector(t);
    const source = `
      import { readFileSync } from "node:fs";
      import { AsyncLocalStorage } from "node:async_hooks";
      import { init, Laminar, observe } from "laminar-edge/slim";
      const bytes = new Uint8Array(readFileSync(process.env.WASM));
      Laminar.initialize({ projectApiKey: "k", baseUrl: process.env.COLLECTOR });
      // This also works before the module has loaded.
      observe({ name: "early" }, () => 1);
      init(${given}, { AsyncLocalStorage });
      await observe({ name: "outer" }, async () => {
        await 1;
        observe({ name: "inner" }, () => 1);
      });
      console.log(JSON.stringify(await Laminar.flush()));
    `;
    const child = spawn(
      process.execPath,
      ["--input-type=module", "--eval", source],
      {
        cwd: fileURLToPath(new URL(".", import.meta.url)),
        env: { ...process.env, WASM: wasm, COLLECTOR: collector.url },
      },
    );
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text) => (output += text));
    await new Promise((done) => child.on("close", done));
    const report = JSON.parse(output);
    assert.deepEqual([report.ok, report.exported], [true, 3], output);
    assert.deepEqual(collector.names(), ["early", "inner", "outer"]);
    assert.equal(
      collector.span("inner").parentSpanId,
      collector.span("outer").spanId,
    );
  });
}

test("the module passed to it is the shipped one", () => {
  assert.equal(readFileSync(wasm).readUInt32LE(0), 0x6d736100);
});
