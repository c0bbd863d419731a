// Builds the contenders' programs, as a user's tools would.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const BENCHES = fileURLToPath(new URL("..", import.meta.url));
const BUILT = join(BENCHES, ".built");
const CF_WORKERS = join(
  BENCHES,
  "node_modules/@microlabs/otel-cf-workers/node_modules/@opentelemetry",
);

// otel-cf-workers has an older OpenTelemetry of its own, which its parts must be given.
const alias = {
  "@opentelemetry/cf-workers-resources": join(CF_WORKERS, "resources"),
};

/** Builds a file that Node imports. Only modules that Node cannot load are bundled. */
export async function bundleForNode(contender) {
  const outfile = join(BUILT, "node", `${contender}.mjs`);
  await build({
    entryPoints: [join(BENCHES, "contenders", `${contender}.mjs`)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    alias,
    external: ["laminar-edge", "@lmnr-ai/*"].concat(
      // CommonJS is left to Node, except where it needs an older release.
      contender === "otel-cf-workers" ? [] : ["@opentelemetry/*"],
    ),
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "error",
  });
  return outfile;
}

/** CommonJS asks for built-in modules by require, which Workers do not have. */
const builtins = {
  name: "builtins",
  setup({ onResolve, onLoad }) {
    const names = new Set(builtinModules);
    onResolve({ filter: /^(node:)?[a-z_/0-9]+$/ }, ({ path, kind }) => {
      const bare = path.replace(/^node:/, "");
      if (!names.has(bare)) return undefined;
      return kind === "require-call"
        ? { path: `node:${bare}`, namespace: "builtin" }
        : { path: `node:${bare}`, external: true };
    });
    onLoad({ filter: /./, namespace: "builtin" }, ({ path }) => ({
      contents: `import all from "${path}"; module.exports = all;`,
    }));
  },
};

/**
 * Builds the modules of a Worker: its script, and the wasm beside it. It is minified only to measure sizes.
 * `replaced` names files that replace packages.
 */
export async function bundleForWorkerd(
  name,
  source,
  { minify = false, replaced = {} } = {},
) {
  const folder = join(BUILT, minify ? "shipped" : "workerd", name);
  mkdirSync(folder, { recursive: true });
  const wasm = [];
  const beside = {
    name: "wasm",
    setup({ onResolve }) {
      onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
        const file = basename(path);
        writeFileSync(join(folder, file), readFileSync(join(resolveDir, path)));
        wasm.push(file);
        return { path: `./${file}`, external: true };
      });
    },
  };
  await build({
    stdin: { contents: source, resolveDir: BENCHES, sourcefile: `${name}.mjs` },
    outfile: join(folder, "worker.js"),
    bundle: true,
    minify,
    keepNames: !minify,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    mainFields: ["browser", "module", "main"],
    external: ["cloudflare:*"],
    alias: { ...alias, ...replaced },
    // Without it @lmnr-ai/lmnr does not start: in workerd a module has no URL.
    define: { "import.meta.url": '"file:///worker.js"' },
    plugins: [builtins, beside],
    logLevel: "error",
  });
  return { folder, files: ["worker.js", ...new Set(wasm)] };
}

export const measuredWorker = (contender) => `
import * as contender from "./contenders/${contender}.mjs";
import { worker } from "./harness/worker.mjs";
export default worker(contender);`;
