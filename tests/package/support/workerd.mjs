// Bundles a Worker as wrangler does and runs it in real workerd.

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Log, LogLevel, Miniflare, Response } from "miniflare";

/** The parts of Node's API that a Worker may have. With these compatibility dates none is on by default. */
export const MODES = {
  nodejs_compat: { flags: ["nodejs_compat"], storage: true },
  nodejs_als: { flags: ["nodejs_als"], storage: true },
  "no flag": { flags: [], storage: false },
};
export const COMPATIBILITY_DATE = "2026-04-01";

const bundles = new Map();

/**
 * `source` is a file in ../workers; `alias` maps names of modules to files; `outbound` receives all requests of
 * the Worker, whatever their URL; `options` are more of miniflare's.
 */
export async function startWorker(
  t,
  source,
  { flags = ["nodejs_compat"], bindings = {}, alias, outbound, options } = {},
) {
  const bundleKey = `${source} ${JSON.stringify(alias)}`;
  if (!bundles.has(bundleKey)) bundles.set(bundleKey, bundle(source, alias));
  const output = [];
  const worker = new Miniflare({
    ...quietly(output),
    modules: await bundles.get(bundleKey),
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: flags,
    bindings,
    ...(outbound && { outboundService: redirectTo(outbound) }),
    ...options,
  });
  let stopped;
  const stop = () => (stopped ??= worker.dispose());
  t.after(stop);
  const url = await worker.ready;
  return {
    url,
    miniflare: worker,
    /** Ends the isolate with all its requests. */
    stop,
    /** The output of workerd itself, such as uncaught exceptions. */
    output,
    /** Calls a route of the Worker with JSON and returns its JSON. */
    async call(route, body = {}, init = {}) {
      const response = await fetch(new URL(route, url), {
        method: "POST",
        body: JSON.stringify(body),
        ...init,
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${route}: ${text}`);
      return JSON.parse(text);
    },
  };
}

/** Returns miniflare's options for a local workerd that prints nothing and adds its output to `output`. */
export const quietly = (output) => ({
  host: "127.0.0.1",
  port: 0,
  // Otherwise miniflare looks up its location over the network.
  cf: false,
  log: new Log(LogLevel.NONE),
  handleRuntimeStdio(stdout, stderr) {
    for (const stream of [stdout, stderr])
      stream.on("data", (text) => output.push(String(text)));
  },
});

const redirectTo = (origin) => async (request) => {
  const { pathname } = new URL(request.url);
  const { method, headers } = request;
  const body = await request.arrayBuffer();
  const answer = await fetch(new URL(pathname, origin), {
    method,
    headers: [...headers].filter(([name]) => name !== "content-length"),
    body,
  });
  return new Response(await answer.arrayBuffer(), { status: answer.status });
};

/** The modules of a Worker, for miniflare. */
export async function bundle(source, alias) {
  const wasm = new Map();
  const keepWasm = {
    name: "keep-wasm",
    setup({ onResolve }) {
      onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
        const name = basename(path);
        wasm.set(name, fileURLToPath(new URL(path, `file://${resolveDir}/`)));
        return { path: `./${name}`, external: true };
      });
    },
  };
  const { outputFiles } = await build({
    entryPoints: [
      fileURLToPath(new URL(`../workers/${source}`, import.meta.url)),
    ],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    keepNames: true,
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*", "cloudflare:*"],
    alias,
    plugins: [keepWasm],
    logLevel: "warning",
  });
  const modules = [...wasm].map(async ([path, file]) => ({
    type: "CompiledWasm",
    path,
    contents: await readFile(file),
  }));
  return [
    { type: "ESModule", path: "worker.js", contents: outputFiles[0].text },
    ...(await Promise.all(modules)),
  ];
}
