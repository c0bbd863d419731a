// Bundles the Worker as wrangler would and runs it in workerd. The wasm stays a
// module of its own: workerd compiles it at load and refuses to do so later.

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Log, LogLevel, Miniflare } from "miniflare";
import { LOOPBACK } from "./http.mjs";

const ENTRY = fileURLToPath(new URL("../worker.js", import.meta.url));

export async function startWorker(bindings) {
  const worker = new Miniflare({
    host: LOOPBACK,
    port: 0,
    // Otherwise miniflare looks up its location over the network.
    cf: false,
    log: new Log(LogLevel.WARN),
    modules: await bundle(),
    compatibilityDate: "2026-04-01",
    compatibilityFlags: ["nodejs_compat"],
    bindings,
  });
  const url = await worker.ready;
  return { url, stop: () => worker.dispose() };
}

async function bundle() {
  const wasm = new Map();
  const keepWasm = {
    name: "keep-wasm",
    setup({ onResolve }) {
      onResolve({ filter: /\.wasm(\?module)?$/ }, async (args) => {
        const from = new URL(
          args.path.replace(/\?module$/, ""),
          `file://${args.resolveDir}/`,
        );
        const path = `./${basename(from.pathname)}`;
        wasm.set(path.slice(2), fileURLToPath(from));
        return { path, external: true };
      });
    },
  };
  const result = await build({
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*", "cloudflare:*"],
    plugins: [keepWasm],
    logLevel: "warning",
  });
  const compiled = [...wasm].map(async ([path, file]) => ({
    type: "CompiledWasm",
    path,
    contents: await readFile(file),
  }));
  const script = {
    type: "ESModule",
    path: "worker.js",
    contents: result.outputFiles[0].text,
  };
  return [script, ...(await Promise.all(compiled))];
}
