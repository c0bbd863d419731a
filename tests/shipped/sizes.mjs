// Measures the size of each entry in a program that records spans, and its growth since the figures in
// sizes.json: those of the last release, or of the last commit that wrote them.
// usage: node tests/shipped/sizes.mjs [--accept]

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { manifest } from "./files.mjs";

const RECORD = new URL("sizes.json", import.meta.url);
// The limit for a Worker that records spans; benches/size.md has the cost of each part, and the goal.
const MOST_GZIP_BYTES = 83 * 1024;
// The most that tracing LLM calls may add to that, and the goal. Three quarters of it are the engine.
const MOST_LLM_GZIP_BYTES = 31 * 1024;
const LLM_GOAL_GZIP_BYTES = 30 * 1024;

// As with wrangler and Next.js, the file is beside the program.
const WASM_BESIDE = {
  name: "wasm",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace("?module", "")),
    }));
    onLoad({ filter: /\.wasm$/ }, ({ path }) => ({
      contents: readFileSync(path),
      loader: "file",
    }));
  },
};

const { version, exports } = manifest();
const known = JSON.parse(readFileSync(RECORD, "utf8"));
const sizes = {};
for (const [path, target] of Object.entries(exports)) {
  if (target.default?.endsWith(".js") && path !== ".")
    sizes[path.slice(2)] = await weigh(`laminar-edge${path.slice(1)}`);
}
const llmGzipBytes = await addedByLlm();

if (process.argv.includes("--accept")) {
  const record = { release: version, sizes };
  writeFileSync(RECORD, `${JSON.stringify(record, null, 2)}\n`);
}
print();
if (sizes.workerd.gzip > MOST_GZIP_BYTES) {
  console.error(`a Worker carries more than ${MOST_GZIP_BYTES} bytes, gzipped`);
  process.exitCode = 1;
}
console.log(
  `tracing LLM calls adds ${llmGzipBytes} bytes, gzipped, to a Worker; the goal is ${LLM_GOAL_GZIP_BYTES}`,
);
if (llmGzipBytes > MOST_LLM_GZIP_BYTES) {
  console.error(`that is more than ${MOST_LLM_GZIP_BYTES} bytes`);
  process.exitCode = 1;
}

/** What the entry `llm` adds to a Worker that wraps a client. */
async function addedByLlm() {
  const worker = `export { Laminar, observe } from "laminar-edge";`;
  const wraps = `export { wrapOpenAI } from "laminar-edge/llm";`;
  const [without, added] = await Promise.all(
    [worker, worker + wraps].map((program) => sizeOf(program, ["workerd"])),
  );
  return added.gzip - without.gzip;
}

/** Returns all files that a bundler makes of a small program: its JavaScript, and the wasm beside it. */
async function weigh(specifier) {
  const { types } = exports[`.${specifier.slice("laminar-edge".length)}`];
  const isEntry = ["./index.d.ts", "./slim.d.ts"].includes(types);
  const names = isEntry ? "{ Laminar, observe }" : "* as all";
  return sizeOf(`export ${names} from "${specifier}";`);
}

async function sizeOf(contents, conditions) {
  const { outputFiles } = await build({
    stdin: {
      contents,
      resolveDir: new URL(".", import.meta.url).pathname,
    },
    ...(conditions && { conditions }),
    bundle: true,
    minify: true,
    write: false,
    outdir: "out",
    format: "esm",
    target: "es2022",
    external: ["node:*", "cloudflare:*"],
    plugins: [WASM_BESIDE],
    logLevel: "error",
  });
  const sum = (size) =>
    outputFiles.reduce((total, { contents }) => total + size(contents), 0);
  return {
    raw: sum((bytes) => bytes.length),
    gzip: sum((bytes) => gzipSync(bytes, { level: 9 }).length),
    brotli: sum((bytes) => brotliCompressSync(bytes).length),
  };
}

function print() {
  const row = (cells) =>
    console.log(
      cells
        .map((cell, i) => (i ? cell.padStart(17) : cell.padEnd(12)))
        .join(""),
    );
  console.log(`bytes with a small program, and since ${known.release}:`);
  row(["entry", "raw", "gzip", "brotli"]);
  for (const [name, size] of Object.entries(sizes)) {
    const cells = ["raw", "gzip", "brotli"].map((kind) => {
      const before = known.sizes[name]?.[kind];
      return `${size[kind]} ${before === undefined ? "new" : change(size[kind] - before)}`;
    });
    row([name, ...cells]);
  }
}

function change(bytes) {
  return bytes === 0 ? "=" : bytes > 0 ? `+${bytes}` : `${bytes}`;
}
