// Prints the sizes of files, raw and compressed.
// usage: node scripts/size.mjs FILE...
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const rows = process.argv.slice(2).map((path) => {
  const bytes = readFileSync(path);
  // The optimiser may write a module that engines refuse, so this compiles it before a Worker has to.
  if (path.endsWith(".wasm")) new WebAssembly.Module(bytes);
  return {
    name: relative(process.cwd(), path),
    sizes: [
      bytes.length,
      gzipSync(bytes, { level: 9 }).length,
      brotliCompressSync(bytes).length,
    ],
  };
});

if (rows.length > 1) {
  const sum = (column) =>
    rows.reduce((total, row) => total + row.sizes[column], 0);
  rows.push({ name: "together", sizes: [sum(0), sum(1), sum(2)] });
}

const width = Math.max(...rows.map((row) => row.name.length));
const line = (name, cells) =>
  console.log(
    name.padEnd(width) + cells.map((cell) => String(cell).padStart(9)).join(""),
  );
line("bytes", ["raw", "gzip", "brotli"]);
for (const row of rows) line(row.name, row.sizes);
