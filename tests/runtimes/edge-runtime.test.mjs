// Vercel's edge-runtime, which is what runs Vercel Edge Functions on a developer's machine.

import { AsyncLocalStorage } from "node:async_hooks";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { EdgeRuntime } from "edge-runtime";
import { build } from "esbuild";
import { freshFolder } from "./support/package.mjs";
import { startSession } from "./support/session.mjs";

const folder = await freshFolder(["edge-runtime.js"]);
const session = await startSession(folder);

let module;
// It takes one script and has no loader. As in Vercel's own build, a wasm import becomes a module under a
// global name.
const precompile = {
  name: "precompile",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.wasm\?module$/ }, ({ path, importer }) => ({
      path: join(dirname(importer), path.replace("?module", "")),
      namespace: "wasm",
    }));
    onLoad({ filter: /./, namespace: "wasm" }, async ({ path }) => {
      module = await WebAssembly.compile(await readFile(path));
      return { contents: "export default globalThis.PRECOMPILED" };
    });
  },
};
const { outputFiles } = await build({
  entryPoints: [join(folder, "edge-runtime.js")],
  bundle: true,
  write: false,
  conditions: ["edge-light"],
  plugins: [precompile],
  logLevel: "error",
});

for (const [name, globals] of [
  ["as it is", {}],
  // Vercel and Next.js put it there.
  ["with AsyncLocalStorage", { AsyncLocalStorage }],
])
  test(name, async (t) => {
    const runtime = new EdgeRuntime({
      initialCode: outputFiles[0].text,
      extend: (context) =>
        Object.assign(context, { PRECOMPILED: module, ...globals }),
    });
    const { options } = session;
    const response = await runtime.dispatchFetch("http://localhost/", {
      method: "POST",
      body: JSON.stringify({ options, who: t.name }),
    });
    await response.text();
    await session.expect(t.name, { storage: "AsyncLocalStorage" in globals });
  });
